"""The container engine is stopped and started again: reported, retried, recovered, without anybody's help."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from harness import ROOT, Engine, Slipwayd, tiny_image, wait_until
from steady_test import BODY, SteadyLoad


class EngineAway(unittest.TestCase):
    def engine_tool(self, verb, *flags):
        return subprocess.run([ROOT / "tools/engine", verb, "--state", self.state, *flags], check=True,
                              capture_output=True, text=True, timeout=180)

    def setUp(self):
        # Paths of Unix sockets are short.
        self.state = tempfile.mkdtemp(prefix="slw-", dir="/tmp")
        self.addCleanup(self.engine_tool, "down", "--purge")
        self.engine_tool("up", "--own", "--docker")
        self.engine = Engine(self.state)
        if self.engine.kind == "process":
            self.skipTest("no container engine can run on this machine")
        self.image = tiny_image(self.engine, "slipway-test/away:1", "TINY_VERSION=1")
        self.server = Slipwayd("--engine=docker", f"--engine-socket={self.engine.socket}")
        self.addCleanup(self.server.discard)
        self.server.start()
        self.daemon = int(self.engine.values["SLIPWAY_ENGINE_PID"])

    def deploy(self, name):
        deployment = self.server.create(name=name, image=self.image, replicas=2)["id"]
        self.server.wait_phase(deployment, "Deployed")
        return deployment

    def wait_reported(self, deployment):
        wait_until(lambda: self.engine.socket in self.server.get(deployment)["status"]["reason"],
                   "the status to name the socket that does not answer")

    def test_a_daemon_that_is_stopped_and_started_again_is_reported_and_recovered_from(self):
        deployment = self.deploy("away")
        os.kill(self.daemon, signal.SIGTERM)
        self.wait_reported(deployment)
        # The API goes on: a change is accepted now and carried out later.
        status, _ = self.server.api("PATCH", f"/api/v1/deployments/{deployment}", {"replicas": 1})
        self.assertEqual(status, 200)

        wait_until(lambda: not os.path.exists(f"/proc/{self.daemon}"), "the daemon to end")
        self.engine_tool("up", "--own", "--docker")
        self.server.wait_phase(deployment, "Deployed", ready_replicas=1)
        self.assertEqual(self.server.predict(deployment)[0], 200)
        self.server.delete_all()

    def live_restore(self, wanted):
        """Whether containers outlive the daemon. It reads its file again on SIGHUP."""
        (pathlib.Path(self.state) / "dockerd.json").write_text(json.dumps({"live-restore": wanted}))
        os.kill(self.daemon, signal.SIGHUP)
        wait_until(lambda: json.loads(self.engine.request("GET", "/v1.41/info")[1])["LiveRestoreEnabled"] == wanted,
                   f"the daemon to take live-restore {wanted}")

    def restart_daemon(self):
        """Ends it, and starts it as it was started; returns the new one, a child of ours."""
        process = pathlib.Path(f"/proc/{self.daemon}")
        command = (process / "cmdline").read_text().split("\0")[:-1]
        environment = dict(line.split("=", 1) for line in (process / "environ").read_text().split("\0")[:-1])
        os.kill(self.daemon, signal.SIGTERM)
        self.wait_reported(self.id)
        wait_until(lambda: not process.exists(), "the daemon to end")
        started = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)

        def end():
            # So that it ends its containers with itself.
            self.live_restore(False)
            started.terminate()
            started.wait(timeout=60)

        self.addCleanup(end)
        self.daemon = started.pid

    def test_a_daemon_restarted_beside_live_containers_fails_no_request(self):
        self.id = self.deploy("steady")
        before = self.engine.containers()
        self.live_restore(True)
        load = SteadyLoad(self, "/api/v1.0/predictions", BODY)
        self.restart_daemon()
        self.server.wait_phase(self.id, "Deployed", ready_replicas=2)
        load.finish()
        self.assertEqual(self.engine.containers(), before, "the replicas are the ones that were there")
        self.server.delete_all()


if __name__ == "__main__":
    unittest.main()
