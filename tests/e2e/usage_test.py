"""Replica-hours of real containers against the engine's own word, with control killed while they run."""
import csv
import io
import json
import time
import unittest
import urllib.parse

from harness import EngineCase, tiny_image, wait_until


class Usage(EngineCase):
    def setUp(self):
        super().setUp()
        self.begun = int(time.time()) - 1

    def engine_seconds(self, deployment):
        """From start to die of each container of ours, as the engine's events tell."""
        query = urllib.parse.urlencode({
            "since": self.begun, "until": int(time.time()) + 1,
            "filters": json.dumps({"type": ["container"], "event": ["start", "die"]})})
        status, data = self.engine.request("GET", f"/v1.41/events?{query}")
        assert status == 200, data
        started, took = {}, {}
        for line in data.splitlines():
            event = json.loads(line)
            if deployment not in event["Actor"]["Attributes"]["name"]:
                continue
            container = event["Actor"]["ID"]
            if event["Action"] == "start":
                started[container] = event["timeNano"]
            else:
                took[container] = (event["timeNano"] - started[container]) / 1e9
        self.assertEqual(set(started), set(took), "a container still runs")
        return took

    def hours(self, query=""):
        status, answer = self.server.api("GET", f"/api/v1/usage{query}")
        self.assertEqual(status, 200, answer)
        return answer["items"]

    def test_hours_are_what_the_engine_says_over_a_kill_and_outlive_the_deployment(self):
        self.server.api("POST", "/api/v1/instance-types", {
            "name": "odd", "cpu_millis": 500, "memory_bytes": 256 << 20})
        image = tiny_image(self.engine, "slipway-tiny:1")
        deployment = self.server.create(name="Counted", group="default", image=image, replicas=2,
                                        instance_type="odd", drain_seconds=0)["id"]
        self.server.wait_phase(deployment, "Deployed")
        running = sum(row["replica_hours"] for row in self.hours())
        self.assertGreater(running, 0, "what runs is counted while it runs")
        old = self.server.kill_child("control")
        wait_until(lambda: self.server.child("control") not in (None, old), "a new control")
        self.server.wait_ready()
        self.server.wait_phase(deployment, "Deployed")
        self.server.api("POST", f"/api/v1/deployments/{deployment}/stop")
        self.server.wait_phase(deployment, "Stopped")

        took = self.engine_seconds(deployment)
        self.assertEqual(len(took), 2)
        expected = sum(took.values())
        items = self.hours("?by=deployment&by=instance_type")
        self.assertEqual(len(items), 1, items)
        item = items[0]
        self.assertEqual((item["deployment"], item["deployment_name"], item["instance_type"], item["group"]),
                         (deployment, "Counted", "odd", "default"))
        counted = item["replica_hours"] * 3600
        print(f"2 replicas: {expected:.3f} s by the engine, {counted:.3f} s counted")
        self.assertAlmostEqual(counted, expected, delta=1)
        self.assertAlmostEqual(item["cpu_core_hours"], item["replica_hours"] * 0.5, delta=2e-6)
        self.assertAlmostEqual(item["memory_gib_hours"], item["replica_hours"] * 0.25, delta=2e-6)
        self.assertEqual(item["gpu_hours"], 0)

        self.server.delete_all()
        self.assertEqual(self.hours("?by=deployment&by=instance_type"), items)
        table = list(csv.DictReader(io.StringIO(self.server.cli("usage", "--by", "deployment", "--csv", "-").stdout)))
        self.assertEqual([row["deployment"] for row in table], [deployment])
        self.assertAlmostEqual(float(table[0]["replica_hours"]) * 3600, counted, delta=0.01)
        self.assertIn("REPLICA HOURS", self.server.cli("usage", "--month", time.strftime("%Y-%m", time.gmtime())).stdout)


if __name__ == "__main__":
    unittest.main()
