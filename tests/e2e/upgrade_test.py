"""`slipwayd upgrade`: the program is replaced under load, by itself or not at all. The model is a process, so that it
runs everywhere; the load is Node's, whose clients go on with a new connection when a server asks for it."""
import http.client
import json
import os
import shutil
import signal
import ssl
import subprocess
import threading
import time
import unittest
import urllib.parse

from harness import BIN, ROOT, Slipwayd, wait_until

REQUESTS, LANES, PER_LANE = 50_000, 20, 125  # requests a second of each lane
BODY = '{"data":{"ndarray":[[1,2,3,4]]}}'


class Replaceable(Slipwayd):
    """A slipwayd whose program lies in a folder of its own, to be replaced as a package manager does."""

    def __init__(self, *flags):
        super().__init__(*flags)
        self.folder = self.state / "bin"
        self.folder.mkdir(mode=0o700)
        self.program = self.folder / "slipwayd"
        shutil.copy(BIN / "slipwayd", self.program)

    def put(self, text=None):
        """A new program at its path, by rename: a copy of the good one, or this script."""
        new = self.folder / "slipwayd.new"
        if text is None:
            shutil.copy(BIN / "slipwayd", new)
        else:
            new.write_text(text)
            new.chmod(0o755)
        new.rename(self.program)

    def upgrade(self):
        return subprocess.run([BIN / "slipwayd", "upgrade", f"--state-dir={self.state}"], capture_output=True, text=True,
                              timeout=120)

    def pids(self):
        return {role: self.children(role) for role in ("control", "gateway")}

    def sleeper(self):
        """Pid of the script that takes a gateway's place and does not serve."""
        return next((pid for pid, words in self.all_children() if words[:2] == [b"sleep", b"600"]), None)

    def settled(self):
        """One gateway and one control, as before and after an upgrade."""
        return wait_until(lambda: (pids := self.pids()) and all(len(p) == 1 for p in pids.values()) and pids, "one of each role")


# A program that says it can take over, and whose gateway never serves.
SLEEPER = f'#!/bin/sh\ntest "$1" = gateway && exec sleep 600\nexec {BIN / "slipwayd"} "$@"\n'


class SteadyClient:
    def __init__(self, test, protocol, requests=REQUESTS):
        self.process = subprocess.Popen(
            ["node", ROOT / "tests/e2e/steady_client.mjs", protocol,
             f"{test.server.url}/deployment/{test.id}/api/v1.0/predictions", str(requests), str(LANES), str(PER_LANE), BODY],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        test.addCleanup(self.end)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def finish(self):
        told = self.process.stdout.read()
        assert self.process.wait(120) == 0, told
        return json.loads(told)


class Upgrade(unittest.TestCase):
    def setUp(self):
        self.server = Replaceable("--engine=process", "--drain-seconds=5", "--tls-listen=127.0.0.1:0", "--tls-self-signed=localhost")
        self.addCleanup(self.server.discard)
        folder = self.server.model_folder("tiny")
        source = ROOT / "tests/support/tiny_model"
        subprocess.run(["gcc", "-O2", "-static", "-pthread", "-o", folder / "tiny_model", source / "tiny_model.c"], check=True)
        shutil.copy(source / "slipway-model.toml", folder)
        self.server.start()
        self.addCleanup(self.clean)
        self.id = self.server.create(name="tiny", image="tiny", replicas=2)["id"]
        self.server.wait_phase(self.id, "Deployed")

    def clean(self):
        if self.server.process is not None and self.server.process.poll() is None:
            self.server.wait_ready()
            self.server.delete_all()

    def upgraded(self):
        before = self.server.settled()
        self.server.put()
        done = self.server.upgrade()
        self.assertEqual(done.returncode, 0, done.stderr + self.server.log_text()[-3000:])
        self.assertIn("upgraded to slipwayd", done.stdout)
        after = self.server.settled()
        for role in ("control", "gateway"):
            self.assertNotEqual(before[role], after[role], role)
        self.assertIsNone(self.server.process.poll(), "the parent goes on under its pid")
        self.assertEqual(os.readlink(f"/proc/{self.server.process.pid}/exe"), str(self.server.program))
        self.server.wait_ready()
        self.assertEqual(self.over_tls(), 200)

    def over_tls(self):
        context = ssl.create_default_context(cafile=self.server.state / "self-signed.pem")
        context.check_hostname = False
        netloc = urllib.parse.urlparse((self.server.state / "tls_url").read_text().strip()).netloc
        connection = http.client.HTTPSConnection(netloc, timeout=60, context=context)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status
        finally:
            connection.close()

    def refused(self, *words):
        """The upgrade is refused in these words, and nothing has changed."""
        before = self.server.settled()
        done = self.server.upgrade()
        self.assertEqual(done.returncode, 1, done.stdout)
        for word in (*words, "all goes on as before"):
            self.assertIn(word, done.stderr)
        self.assertEqual(self.server.settled(), before)
        self.assertEqual(self.server.predict(self.id)[0], 200)

    def under_load(self, protocol):
        load = SteadyClient(self, protocol)
        for _ in range(2):
            time.sleep(REQUESTS / LANES / PER_LANE / 5)  # within the load, whose length is known
            self.assertIsNone(load.process.poll())
            self.upgraded()
        self.assertIsNone(load.process.poll(), "both upgrades fell into the load")
        told = load.finish()
        self.assertEqual(told["failures"], {})
        # Of each connection that is asked to go elsewhere, at most what its lanes had queued.
        self.assertLessEqual(told["unsent"], 0 if protocol == "h1" else 2 * LANES)
        self.assertEqual(told["succeeded"], REQUESTS)
        self.assertGreater(told["connections"], LANES if protocol == "h1" else LANES / 5, "they were asked to go elsewhere")

    def test_two_upgrades_under_fifty_thousand_requests_fail_none(self):
        self.under_load("h1")

    def test_two_upgrades_under_fifty_thousand_requests_over_http2_fail_none(self):
        self.under_load("h2")

    def test_a_new_program_that_does_not_work_is_refused_and_all_goes_on(self):
        self.server.put("#!/bin/sh\necho 'no such library' >&2\nexit 1\n")
        self.refused("cannot take over", "exited with status 1: no such library")
        self.server.put("#!/bin/sh\nexit 0\n")
        self.refused("cannot take over", "state_dir")
        self.server.program.unlink()
        self.refused("cannot start", "No such file")
        # It cannot serve: its gateway is killed before it does.
        self.server.put(SLEEPER)
        before = self.server.settled()
        killer = threading.Thread(target=self.kill_the_other_gateway)
        killer.start()
        try:
            self.refused("its gateway was killed by signal 9")
        finally:
            killer.join()
        # A gateway that dies is replaced by the program that runs, whatever lies at the path.
        self.server.kill_child("gateway")
        wait_until(lambda: self.server.settled()["gateway"] != before["gateway"], "another gateway")
        wait_until(lambda: self.answers(), "predictions")
        self.upgraded()

    def test_a_new_gateway_that_never_serves_is_ended_when_its_time_is_over(self):
        self.server.put(SLEEPER)
        self.refused("its gateway did not serve within 30 s")
        wait_until(lambda: self.server.sleeper() is None, "it to be ended")
        self.upgraded()

    def kill_the_other_gateway(self):
        pid = wait_until(self.server.sleeper, "a second gateway")
        os.kill(pid, signal.SIGKILL)

    def answers(self):
        try:
            return self.server.predict(self.id)[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def test_a_stream_goes_on_in_the_old_gateway_and_control_forgets_it_at_its_end(self):
        netloc = urllib.parse.urlparse(self.server.url).netloc
        # Accepted, nothing said yet: the gateway that has it serves it.
        silent = http.client.HTTPConnection(netloc, timeout=60)
        silent.connect()
        slow = http.client.HTTPConnection(netloc, timeout=60)
        slow.connect()
        body = BODY.encode()
        slow.sock.sendall(f"POST /deployment/{self.id}/api/v1.0/predictions HTTP/1.1\r\nHost: x\r\n"
                          f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        old = self.server.settled()["gateway"]
        self.server.put()
        self.assertEqual(self.server.upgrade().returncode, 0)
        self.assertTrue(set(old) <= set(self.server.children("gateway")), "the old one has work")
        self.server.wait_ready()
        wait_until(lambda: len(self.gateways()) == 2, "control to know both")
        slow.sock.sendall(body)
        answer = slow.sock.recv(65536)
        self.assertTrue(answer.startswith(b"HTTP/1.1 200"), answer)
        silent.request("POST", f"/deployment/{self.id}/api/v1.0/predictions", BODY, {"Content-Type": "application/json"})
        self.assertEqual(silent.getresponse().status, 200)
        for connection in (silent, slow):
            connection.close()
        self.assertNotEqual(self.server.settled()["gateway"], old)
        wait_until(lambda: len(self.gateways()) == 1, "control to forget the old gateway", 20)

    def gateways(self):
        status, system = self.server.api("GET", "/api/v1/system")
        self.assertEqual(status, 200, system)
        return system["gateways"]

    def test_settings_of_open_sockets_take_a_restart_and_others_are_taken_over(self):
        file = self.server.state / "slipwayd.toml"
        self.server.terminate()
        file.write_text("idle_timeout_seconds = 60\n")
        self.server.flags.append(f"--config={file}")
        self.server.start()
        file.write_text('gateway_user = "daemon"\n')
        self.refused("gateway_user", "takes a restart")
        file.write_text("idle_timeout_seconds = 0\n")
        self.refused("idle_timeout_seconds")
        file.write_text('log_level = "debug"\n')
        self.upgraded()
        wait_until(lambda: '"level":"debug"' in self.server.log_text(), "the new setting")

    def test_where_no_slipwayd_runs_it_says_so(self):
        self.clean()
        self.server.terminate()
        done = self.server.upgrade()
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"no slipwayd runs on the state directory {self.server.state}", done.stderr)


if __name__ == "__main__":
    unittest.main()
