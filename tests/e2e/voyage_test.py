"""The whole way of a deployment with real containers: create, predict, follow logs, update under load, survive a broken
image, stop, start, delete."""
import subprocess
import unittest

from harness import BIN, EngineCase, Load, tiny_image, wait_until
import os


class Voyage(EngineCase):
    def test_from_create_to_delete_with_an_update_under_load_and_a_broken_image(self):
        one = tiny_image(self.engine, "slipway-test/voyage:1", "TINY_VERSION=1", "TINY_LOG=1")
        two = tiny_image(self.engine, "slipway-test/voyage:2", "TINY_VERSION=2", "TINY_LOG=1")
        broken = tiny_image(self.engine, "slipway-test/voyage:broken", "TINY_EXIT_CODE=1")
        server = self.server

        # create (2 replicas) -> wait -> predict
        server.cli("deployments", "create", "Voyage", "--id", "voyage-e2e", "--image", one,
                   "--replicas", "2", "--wait", "--timeout", "60")
        view = server.get("voyage-e2e")
        self.assertEqual(view["status"]["phase"], "Deployed")
        self.assertEqual(view["status"]["ready_replicas"], 2)
        status, answer = server.predict("voyage-e2e")
        self.assertEqual((status, answer["data"]["ndarray"]), (200, [[1]]))

        # logs -f shows a line that is written while we follow
        environment = {**os.environ, "SLIPWAY_URL": server.url, "SLIPWAY_TOKEN": server.token}
        follow = subprocess.Popen([BIN / "slipway", "deployments", "logs", "voyage-e2e", "-f"],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        self.addCleanup(follow.wait)
        self.addCleanup(follow.kill)
        os.set_blocking(follow.stdout.fileno(), False)
        seen = bytearray()

        def a_predict_line_arrives():
            server.predict("voyage-e2e")
            seen.extend(follow.stdout.read() or b"")
            return b"/predict" in seen

        wait_until(a_predict_line_arrives, "a followed log line of a prediction")
        follow.terminate()
        follow.wait(30)
        follow.stdout.close()
        follow.stderr.close()

        # update to a second image under a load of 5,000 requests: none fails
        with Load(server, "voyage-e2e", connections=8, requests=5000) as load:
            load.wait_more(300)
            server.cli("deployments", "update", "voyage-e2e", "--image", two, "--message", "second image")
            server.wait_phase("voyage-e2e", "Deployed", serving_revision=2)
            load.join()
        self.assertEqual(load.failures, [])
        self.assertEqual(load.statuses, {200: 5000})
        self.assertGreater(load.versions.get("1", 0), 0)
        # Whatever the load saw, now only the new one answers.
        self.assertEqual(server.predict("voyage-e2e")[1]["data"]["ndarray"], [[2]])
        wait_until(lambda: len(self.engine.containers()) >= 2 and all(
            "-r2-" in name for name in self.engine.containers().values() if "voyage-e2e" in name),
            "the old replicas to be gone")

        # a broken image leaves the old one serving, and says why
        with Load(server, "voyage-e2e", connections=4, pace=0.002) as load:
            server.cli("deployments", "update", "voyage-e2e", "--image", broken, "--message", "oops")
            view = server.wait_phase("voyage-e2e", "Failed")
            load.wait_more(200)
        self.assertEqual(load.failures, [])
        self.assertEqual(set(load.versions), {"2"})
        self.assertIn("exit", view["status"]["reason"])
        self.assertIn("ModuleNotFoundError", "\n".join(view["status"]["trouble"]["log_tail"]))
        self.assertEqual(view["status"]["serving_revision"], 2)

        # back to the good one, stop: 503 with a reason; start; delete: nothing left
        server.cli("deployments", "update", "voyage-e2e", "--image", two, "--message", "back", "--wait")
        server.cli("deployments", "stop", "voyage-e2e", "--wait")
        self.assertEqual(server.get("voyage-e2e")["status"]["phase"], "Stopped")
        status, answer = server.predict("voyage-e2e")
        self.assertEqual(status, 503)
        self.assertIn("stopped", answer["status"]["info"].lower())
        self.assertFalse([n for n in self.engine.containers().values() if "voyage-e2e" in n])
        server.cli("deployments", "start", "voyage-e2e", "--wait")
        self.assertEqual(server.predict("voyage-e2e")[0], 200)
        history = server.cli("deployments", "history", "voyage-e2e", "-o", "json").stdout
        for message in ("second image", "oops", "back"):
            self.assertIn(message, history)
        server.cli("deployments", "delete", "voyage-e2e", "--yes", "--wait")
        self.assertFalse([n for n in self.engine.containers().values() if "voyage-e2e" in n])
        self.assertEqual(server.predict("voyage-e2e")[0], 404)
        self.assertEqual(server.cli("deployments", "get", "voyage-e2e", check=False).returncode, 3)


if __name__ == "__main__":
    unittest.main()
