"""slipwayd as an operator meets it: settings, first start, locks, a damaged database, an engine that is away."""
import os
import stat
import subprocess
import unittest

from harness import BIN, Slipwayd, wait_until


def run(*words, **environment):
    return subprocess.run([BIN / "slipwayd", *words], capture_output=True, text=True, timeout=60,
                          env={**os.environ, **environment})


class Program(unittest.TestCase):
    def server(self, *flags, **more):
        server = Slipwayd("--engine=mock", *flags, **more)
        self.addCleanup(server.discard)
        return server

    def test_settings_come_from_flags_then_environment_then_file(self):
        server = self.server()
        file = server.state / "slipwayd.toml"
        file.write_text("api_threads = 3\nlog_level = \"warn\"\ndrain_seconds = 7\n")
        printed = run("config", "print", f"--config={file}", "--api-threads=5", SLIPWAY_LOG_LEVEL="error").stdout
        self.assertIn("api_threads = 5", printed)
        self.assertIn('log_level = "error"', printed)
        self.assertIn("drain_seconds = 7", printed)
        wrong = run("config", "check", "--api-threads=0")
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("from 1 to 256", wrong.stderr)
        file.write_text("api_thread = 3\n")
        wrong = run("config", "check", f"--config={file}")
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("did you mean 'api_threads'", wrong.stderr)

    def test_the_first_start_prints_a_password_once_and_keeps_no_trace_of_it(self):
        server = self.server()
        del server.environment["SLIPWAY_ADMIN_PASSWORD"]
        server.token = "none yet"
        server.start()
        first = server.log_text()
        line = next(l for l in first.splitlines() if "password" in l and not l.startswith("{"))
        password = line.split()[-1]
        status, answer = server.api("POST", "/api/v1/session", {"user": "admin", "password": password}, token=False)
        self.assertIn(status, (200, 201), answer)
        server.terminate()
        server.start()
        self.assertEqual(server.log_text().count(password), 1)
        for file in server.state.rglob("*"):
            if file.is_file() and file != server.log:
                self.assertNotIn(password.encode(), file.read_bytes(), file)

    def test_a_given_public_url_is_what_endpoints_and_browsers_are_told(self):
        server = self.server("--public-url=https://models.example.org").start()
        status, answer = server.api("POST", "/api/v1/deployments", {"name": "iris", "id": "iris", "image": "iris:1"})
        self.assertEqual(status, 201, answer)
        self.assertTrue(answer["endpoint"].startswith("https://models.example.org/deployment/iris/"), answer)

    def test_the_state_directory_is_closed_to_others_and_used_by_one(self):
        server = self.server().start()
        for path in [server.state, *server.state.rglob("*")]:
            if path == server.log:
                continue
            mode = stat.S_IMODE(path.lstat().st_mode)
            # The gateway goes through this one, which it has opened, to the sockets of replicas.
            goes_through = 0o010 if path.name == "sockets" and os.geteuid() == 0 else 0
            self.assertEqual(mode & 0o077, goes_through, f"{path} {mode:o}")
        second = run(f"--state-dir={server.state}", "--listen=127.0.0.1:0", "--engine=mock")
        self.assertEqual(second.returncode, 78)
        self.assertIn(f"in use by process {server.process.pid}", second.stderr)

    def test_a_damaged_database_is_refused_with_what_to_do_and_never_reset(self):
        server = self.server().start()
        server.create(name="kept", image="mock/ok:1")
        server.terminate()
        database = server.state / "slipway.db"
        good = database.read_bytes()
        damaged = good[:100] + b"\xa5" * 8000 + good[8100:]
        database.write_bytes(damaged)
        server.start(ready=False)
        self.assertEqual(server.process.wait(60), 78)
        self.assertIn("backup", server.log_text())
        self.assertEqual(database.read_bytes(), damaged)
        database.write_bytes(good)
        server.start()
        self.assertEqual(len(server.api("GET", "/api/v1/deployments")[1]["items"]), 1)

    def test_the_key_of_pull_secrets_is_never_made_anew_and_can_be_changed(self):
        server = self.server().start()
        login = {"registry": "ghcr.io", "user": "ada", "password": "hush-Zk3v9"}
        status, answer = server.api("POST", "/api/v1/secrets", {"group": None, "name": "hub", **login})
        self.assertEqual(status, 201, answer)
        running = run("secrets", "rotate-key", f"--state-dir={server.state}")
        self.assertEqual(running.returncode, 1)
        self.assertIn("stop slipwayd first", running.stderr)
        server.terminate()

        key = server.state / "secrets.key"
        old = key.read_text()
        changed = run("secrets", "rotate-key", f"--state-dir={server.state}")
        self.assertEqual(changed.returncode, 0, changed.stderr)
        self.assertIn("1 secrets", changed.stdout)
        new = key.read_text()
        self.assertNotEqual(new, old)
        for text, mode, word in ((old, 0o600, "does not belong"), (new, 0o644, "chmod 600"), (None, 0, "missing")):
            key.unlink()
            if text is not None:
                key.write_text(text)
                key.chmod(mode)
            server.start(ready=False)
            self.assertEqual(server.process.wait(60), 78, word)
            self.assertIn(word, server.log_text())
            self.assertEqual(key.exists(), text is not None)
            key.touch()
        key.write_text(new)
        key.chmod(0o600)
        server.start()
        registries = server.api("GET", "/api/v1/secrets/-/hub")[1]["registries"]
        self.assertEqual(registries, [{"registry": "ghcr.io", "user": "ada"}])

    def test_predictions_and_control_survive_a_missing_engine_socket(self):
        server = Slipwayd("--engine=docker", "--engine-socket=/nonexistent/docker.sock")
        self.addCleanup(server.discard)
        server.start()
        created = server.create(name="waits", image="slipway-test/any:1")
        view = wait_until(lambda: (lambda v: "/nonexistent/docker.sock" in v["status"]["reason"] and v)(
            server.get(created["id"])), "the reason to name the socket")
        self.assertIn(view["status"]["phase"], ("Deploying", "Failed"))

    def test_health_version_and_metrics(self):
        server = self.server().start()
        for path in ("/healthz", "/readyz", "/version"):
            self.assertEqual(server.http("GET", path, token=False)[0], 200, path)
        status, data, _ = server.http("GET", "/metrics")
        self.assertEqual(status, 200)
        self.assertIn(b"# TYPE", data)
        self.assertEqual(server.api("GET", "/openapi.json", token=False)[1]["openapi"][:3], "3.1")


if __name__ == "__main__":
    unittest.main()
