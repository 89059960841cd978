"""The history of metrics over kill -9: nothing that was acknowledged is lost, and nothing is counted twice."""
import time
import unittest

from harness import EngineCase, Load, tiny_image, wait_until


class History(EngineCase):
    def setUp(self):
        super().setUp()
        image = tiny_image(self.engine, "slipway-test/history:1", "TINY_VERSION=1")
        self.id = self.server.create(name="history", image=image, replicas=2)["id"]
        self.server.wait_phase(self.id, "Deployed")

    def counted(self):
        """Requests of the last quarter of an hour."""
        status, answer = self.server.api("GET", f"/api/v1/deployments/{self.id}/metrics?from=15m&step=10&series=requests")
        self.assertEqual((status, answer["problem"]), (200, None), answer)
        return sum(value or 0 for value in answer["series"][0]["values"])

    def wait_counted(self, count):
        wait_until(lambda: self.counted() >= count, f"{count} requests in the history")
        self.assertEqual(self.counted(), count)

    def test_control_killed_while_gateways_report_counts_each_request_once(self):
        with Load(self.server, self.id, pace=0.005) as load:
            for _ in range(4):
                load.wait_more(300)
                old = self.server.kill_child("control")
                load.wait_more(300)  # counted while nobody is told
                wait_until(lambda: self.server.child("control") not in (None, old), "a new control")
                self.server.wait_ready()
        self.assertEqual(load.failures, [])
        self.wait_counted(load.done)

    def test_a_killed_gateway_loses_at_most_what_it_had_not_reported(self):
        with Load(self.server, self.id, requests=200) as load:
            load.join()
        self.wait_counted(200)
        with Load(self.server, self.id, pace=0.005) as load:
            load.wait_more(500)
            self.server.kill_child("gateway")
            load.wait_more(500)
        answered = sum(load.statuses.values())
        # The last count of a gateway comes within its period: seen twice, nothing more will.
        seen = wait_until(lambda: self.counted() if self.counted() > 200 + 400 else None, "the new gateway's counts")
        before = -1
        while seen != before:
            before, last_report = seen, time.monotonic()
            wait_until(lambda: time.monotonic() > last_report + 11, "two periods of reports")
            seen = self.counted()
        self.assertLessEqual(seen, 200 + answered + len(load.failures))
        with Load(self.server, self.id, requests=100) as load:
            load.join()
        self.wait_counted(seen + 100)

    def test_a_damaged_history_is_set_aside_and_control_serves(self):
        with Load(self.server, self.id, requests=50) as load:
            load.join()
        self.wait_counted(50)
        self.server.terminate()
        (self.server.state / "metrics.db").write_bytes(b"x" * 8192)
        self.server.start()
        self.server.wait_phase(self.id, "Deployed")
        status, answer = self.server.api("GET", f"/api/v1/deployments/{self.id}/metrics")
        self.assertEqual(status, 200)
        self.assertIn("began anew", answer["problem"])
        self.assertEqual(len(list(self.server.state.glob("metrics.db.broken-*-1"))), 1)
        self.assertIn("memory", self.server.cli("deployments", "metrics", self.id).stdout)


if __name__ == "__main__":
    unittest.main()
