"""Models that the gateway reaches through a Unix socket in a folder that their container shares with it."""
import unittest

from harness import EngineCase, Load, tiny_image, wait_until


class UnixSocket(EngineCase):
    def deploy(self, **document):
        self.id = self.server.create(name="local", **document)["id"]
        self.server.wait_phase(self.id, "Deployed")

    def image(self, version, mode):
        return tiny_image(self.engine, f"slipway-test/local-{mode or 'none'}:{version}", f"TINY_VERSION={version}",
                          f"TINY_UNIX_SOCKET={mode}")

    def change(self, **document):
        status, answer = self.server.api("PATCH", f"/api/v1/deployments/{self.id}", document)
        self.assertIn(status, (200, 202), answer)
        wait_until(lambda: self.serves(answer["revision"]), f"revision {answer['revision']} to be deployed")

    def serves(self, revision):
        status = self.server.get(self.id)["status"]
        return status["phase"] == "Deployed" and status["serving_revision"] == revision

    def reached_by_socket(self):
        status, replicas = self.server.api("GET", f"/api/v1/deployments/{self.id}/replicas")
        self.assertEqual(status, 200, replicas)
        return [replica["unix_socket"] for replica in replicas["items"]]

    def folders(self):
        return sorted(folder.name for folder in (self.server.state / "sockets").iterdir())

    def test_one_that_listens_nowhere_else_is_served_updated_and_leaves_no_folder(self):
        self.deploy(image=self.image(1, "alone"), replicas=2)
        self.assertEqual(self.reached_by_socket(), [True, True])
        self.assertEqual(len(self.folders()), 2)
        with Load(self.server, self.id, connections=4, pace=0.002) as load:
            load.wait_more(100)
            self.change(image=self.image(2, "alone"))
            load.wait_more(100)
            old = self.server.kill_child("control")
            wait_until(lambda: self.server.child("control") not in (None, old), "a new control")
            self.server.wait_ready()
            self.server.wait_phase(self.id, "Deployed")
            load.wait_more(100)
        self.assertEqual(load.failures, [])
        self.assertEqual(self.server.predict(self.id)[1]["data"]["ndarray"], [[2]])
        self.server.delete_all()
        wait_until(lambda: self.folders() == [], "the folders of the sockets to be gone")

    def test_the_way_may_change_with_every_revision_and_fails_no_request(self):
        self.deploy(image=self.image(1, ""), replicas=1)
        self.assertEqual(self.reached_by_socket(), [False])
        with Load(self.server, self.id, connections=4, pace=0.002) as load:
            load.wait_more(100)
            self.change(image=self.image(2, "beside"))
            wait_until(lambda: self.reached_by_socket() == [True], "the socket to be found")
            load.wait_more(100)
            self.change(image=self.image(3, ""))
            load.wait_more(100)
        self.assertEqual(load.failures, [])

    def test_a_crash_between_container_and_folder_leaves_none_behind(self):
        self.deploy(image=self.image(1, "alone"), replicas=1)
        mine = self.folders()
        self.server.terminate()
        (self.server.state / "sockets" / "gone-ab1cd-r1-0").mkdir()
        self.server.start()
        wait_until(lambda: self.folders() == mine, "the folder without a container to be removed")
        self.server.wait_phase(self.id, "Deployed")
        self.assertEqual(self.server.predict(self.id)[0], 200)


if __name__ == "__main__":
    unittest.main()
