"""kill -9 of each process under load: predictions go on, containers stay, a restart adopts them."""
import os
import time
import unittest

from harness import EngineCase, Load, tiny_image, wait_until


class Kill(EngineCase):
    def setUp(self):
        super().setUp()
        image = tiny_image(self.engine, "slipway-test/kill:1", "TINY_VERSION=1")
        self.id = self.server.create(name="kill", image=image, replicas=2)["id"]
        self.server.wait_phase(self.id, "Deployed")

    def our_containers(self):
        return {i: n for i, n in self.engine.containers().items() if self.id in n}

    def test_control_killed_under_load_loses_no_prediction_and_the_same_containers_serve(self):
        before = self.our_containers()
        self.assertEqual(len(before), 2)
        with Load(self.server, self.id, pace=0.001) as load:
            load.wait_more(200)
            for _ in range(3):
                old = self.server.kill_child("control")
                load.wait_more(200)
                wait_until(lambda: self.server.child("control") not in (None, old), "a new control")
                self.server.wait_ready()
                self.server.wait_phase(self.id, "Deployed")
                load.wait_more(200)
        self.assertEqual(load.failures, [])
        self.assertEqual(self.our_containers(), before)

    def test_a_killed_gateway_serves_again(self):
        self.assertEqual(self.server.predict(self.id)[0], 200)
        self.server.kill_child("gateway")
        killed = time.monotonic()

        def serves():
            try:
                return self.server.predict(self.id, timeout=5)[0] == 200
            except OSError:
                return False

        wait_until(serves, "predictions after the gateway was killed")
        print(f"serving again {(time.monotonic() - killed) * 1000:.0f} ms after kill -9 of the gateway")

    def test_a_killed_parent_leaves_nothing_that_a_restart_does_not_adopt(self):
        before = self.our_containers()
        children = [self.server.child("control"), self.server.child("gateway")]
        self.server.process.kill()
        self.server.process.wait()
        wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in children), "the children to end")
        self.assertEqual(self.our_containers(), before)
        self.server.start()
        self.server.wait_phase(self.id, "Deployed")
        self.assertEqual(self.server.predict(self.id)[0], 200)
        self.assertEqual(self.our_containers(), before)

    def test_sigterm_drains_and_leaves_the_containers_for_the_next_start(self):
        before = self.our_containers()
        self.assertEqual(self.server.terminate(), 0)
        self.assertEqual(self.our_containers(), before)
        self.server.start()
        self.server.wait_phase(self.id, "Deployed")
        self.assertEqual(self.our_containers(), before)

    def test_a_killed_replica_is_replaced_and_the_timeline_says_so(self):
        victim = next(iter(self.our_containers()))
        status, data = self.engine.request("POST", f"/v1.41/containers/{victim}/kill?signal=KILL")
        self.assertEqual(status, 204, data)
        wait_until(lambda: victim not in self.our_containers() and len(self.our_containers()) == 2,
                   "the killed replica to be replaced")
        self.server.wait_phase(self.id, "Deployed", ready_replicas=2)
        self.assertEqual(self.server.predict(self.id)[0], 200)


if __name__ == "__main__":
    unittest.main()
