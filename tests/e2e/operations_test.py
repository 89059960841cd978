"""Backup, restore and doctor as an operator uses them, beside a running slipwayd."""
import io
import json
import os
import pathlib
import subprocess
import tarfile
import tempfile
import threading
import unittest

from harness import BIN, Slipwayd, mock_replicas, wait_until


def slipwayd(*words, **more):
    return subprocess.run([BIN / "slipwayd", *words], capture_output=True, timeout=120, **more)


class Operations(unittest.TestCase):
    def setUp(self):
        self.server = Slipwayd("--engine=mock")
        self.addCleanup(self.server.discard)
        # Outside of the state directory: what the engine runs outlives a restore.
        self.outside = pathlib.Path(tempfile.mkdtemp(prefix="slipway-e2e-outside-"))
        self.addCleanup(lambda: subprocess.run(["rm", "-rf", self.outside], check=True))
        self.journal = self.outside / "mock.journal"
        self.server.log = self.outside / "slipwayd.log"
        self.server.flags.append(f"--mock-journal={self.journal}")
        self.server.start()

    def listed(self):
        return {item["id"]: item for item in self.server.api("GET", "/api/v1/deployments?limit=1000")[1]["items"]}

    def described(self):
        """All that a person can tell apart: settings and every revision, but not the status of the moment."""
        return {i: ({k: v for k, v in item.items() if k not in ("status", "endpoint")},
                    self.server.api("GET", f"/api/v1/deployments/{i}/revisions")[1]["items"])
                for i, item in self.listed().items()}

    def test_a_backup_under_writes_is_restored_equal_and_control_puts_the_engine_right(self):
        self.server.create(name="before", id="before", image="mock/ok:1", replicas=2)
        self.server.wait_phase("before", "Deployed")
        stop, sent = threading.Event(), []

        def write(number):
            count = 0
            while not stop.is_set():
                count += 1
                name = f"w{number}-{count}"
                self.server.create(name=name, id=name, image="mock/ok:1", replicas=1)
                sent.append(name)

        writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
        for writer in writers:
            writer.start()
        wait_until(lambda: len(sent) > 20, "writes to go on")
        acknowledged = set(sent)
        file = self.outside / "backup.tar"
        done = slipwayd("backup", f"--to={file}", f"--state-dir={self.server.state}")
        at_backup = len(sent)
        wait_until(lambda: len(sent) > at_backup + 10, "writes to go on after the backup")
        stop.set()
        for writer in writers:
            writer.join()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"as secret as the state directory", done.stderr)
        self.assertEqual(file.stat().st_mode & 0o7777, 0o600)
        full = self.described()

        refused = slipwayd("restore", f"--from={file}", f"--state-dir={self.server.state}", "--force")
        self.assertEqual(refused.returncode, 1)
        self.assertIn(b"in use by process", refused.stderr)
        self.server.terminate()
        refused = slipwayd("restore", f"--from={file}", f"--state-dir={self.server.state}")
        self.assertEqual(refused.returncode, 1)
        self.assertIn(b"--force", refused.stderr)
        done = slipwayd("restore", f"--from={file}", f"--state-dir={self.server.state}", "--force")
        self.assertEqual(done.returncode, 0, done.stderr)
        aside = next(word for word in done.stdout.decode().split() if ".before-restore-" in word).rstrip(";")
        self.addCleanup(lambda: subprocess.run(["rm", "-rf", aside], check=True))

        self.server.start()
        restored = self.described()
        self.assertLessEqual(acknowledged | {"before"}, restored.keys())
        self.assertLess(len(restored), len(full))
        self.assertEqual(restored, {i: full[i] for i in restored})
        # The same token still holds; what the backup does not know is ended, what it knows is adopted.
        wait_until(lambda: all(i["status"]["phase"] == "Deployed" for i in self.listed().values()), "all to be Deployed")
        wanted = {(i, 1, ordinal) for i, item in self.listed().items() for ordinal in range(item["replicas"])}
        wait_until(lambda: mock_replicas(self.journal) == wanted, "the engine to run what the backup knows, and no more")

    def test_a_backup_through_a_pipe_is_a_tar_file_and_a_damaged_one_changes_nothing(self):
        self.server.create(name="kept", id="kept", image="mock/ok:1")
        key = (self.server.state / "secrets.key").read_bytes()
        done = slipwayd("backup", "--to=-", f"--state-dir={self.server.state}")
        self.assertEqual(done.returncode, 0, done.stderr)
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            names = archive.getnames()
            self.assertEqual((names[0], names[-1]), ("manifest.json", "manifest.blake2b"))
            self.assertLess({"slipway.db", "installation", "secrets.key"}, set(names))
            manifest = json.loads(archive.extractfile("manifest.json").read())
        self.assertTrue(manifest["keys"])
        self.assertEqual(manifest["installation"], (self.server.state / "installation").read_text().strip())
        without = slipwayd("backup", "--to=-", "--without-keys", f"--state-dir={self.server.state}")
        self.assertIn(key, done.stdout)
        self.assertNotIn(key, without.stdout)

        target = self.outside / "restored"
        for damaged in (done.stdout[:len(done.stdout) // 2], done.stdout.replace(b"SQLite format 3", b"SQLite format 4")):
            refused = slipwayd("restore", "--from=-", f"--state-dir={target}", input=damaged)
            self.assertEqual(refused.returncode, 1)
            self.assertFalse(target.exists())
        done = slipwayd("restore", "--from=-", f"--state-dir={target}", input=done.stdout)
        self.assertEqual(done.returncode, 0, done.stderr)
        second = Slipwayd("--engine=mock", state=target)
        second.log = self.outside / "second.log"
        self.addCleanup(second.discard)
        second.token = self.server.token
        second.start()
        self.assertEqual(second.get("kept")["name"], "kept")

    def test_the_doctor_is_content_beside_a_running_slipwayd_and_says_what_is_wrong(self):
        def doctor(*flags):
            done = slipwayd("doctor", "--json", *(flags or ["--engine=mock"]), f"--state-dir={self.server.state}",
                            f"--listen={self.server.listen}")
            return done.returncode, json.loads(done.stdout)["checks"]

        code, checks = doctor()
        self.assertEqual(code, 0, checks)
        door = next(check for check in checks if check["check"] == "front door")
        self.assertIn(f"process {self.server.process.pid}", door["message"])
        os.chmod(self.server.state / "slipway.db", 0o644)
        code, checks = doctor()
        self.assertEqual(code, 1)
        self.assertEqual([c["remedy"] for c in checks if c["verdict"] == "problem"],
                         [f"chmod 600 {self.server.state}/slipway.db"])
        os.chmod(self.server.state / "slipway.db", 0o600)
        code, checks = doctor("--engine=docker", "--engine-socket=/nonexistent/docker.sock")
        self.assertEqual(code, 1)
        self.assertIn("/nonexistent/docker.sock", next(c["message"] for c in checks if c["check"] == "engine"))
        self.server.terminate()
        self.assertEqual(doctor()[0], 0)


if __name__ == "__main__":
    unittest.main()
