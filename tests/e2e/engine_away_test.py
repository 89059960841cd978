"""The container engine is stopped and started again: reported, retried, recovered, without anybody's help."""
import os
import signal
import subprocess
import tempfile
import unittest

from harness import ROOT, Engine, Slipwayd, tiny_image, wait_until


class EngineAway(unittest.TestCase):
    def engine(self, verb, *flags):
        return subprocess.run([ROOT / "tools/engine", verb, "--state", self.state, *flags], check=True,
                              capture_output=True, text=True, timeout=180)

    def setUp(self):
        # Paths of Unix sockets are short.
        self.state = tempfile.mkdtemp(prefix="slw-", dir="/tmp")
        self.addCleanup(self.engine, "down", "--purge")
        self.engine("up", "--own", "--docker")
        if Engine(self.state).kind == "process":
            self.skipTest("no container engine can run on this machine")

    def test_a_daemon_that_is_stopped_and_started_again_is_reported_and_recovered_from(self):
        engine = Engine(self.state)
        image = tiny_image(engine, "slipway-test/away:1", "TINY_VERSION=1")
        server = Slipwayd("--engine=docker", f"--engine-socket={engine.socket}")
        self.addCleanup(server.discard)
        server.start()
        created = server.create(name="away", image=image, replicas=2)
        server.wait_phase(created["id"], "Deployed")

        daemon = int(engine.values["SLIPWAY_ENGINE_PID"])
        os.kill(daemon, signal.SIGTERM)
        wait_until(lambda: engine.socket in server.get(created["id"])["status"]["reason"],
                   "the status to name the socket that does not answer")
        # The API goes on: a change is accepted now and carried out later.
        status, _ = server.api("PATCH", f"/api/v1/deployments/{created['id']}", {"replicas": 1})
        self.assertEqual(status, 200)

        wait_until(lambda: not os.path.exists(f"/proc/{daemon}"), "the daemon to end")
        self.engine("up", "--own", "--docker")
        server.wait_phase(created["id"], "Deployed", ready_replicas=1)
        self.assertEqual(server.predict(created["id"])[0], 200)
        server.delete_all()


if __name__ == "__main__":
    unittest.main()
