"""Fifty thousand requests at a steady rate through what happens to a deployment, and none of them fails. h2load asks and counts."""
import re
import subprocess
import tempfile
import threading
import unittest
import urllib.request

from harness import EngineCase, tiny_image, wait_until

REQUESTS, CONNECTIONS, PER_CONNECTION = 50_000, 20, 125  # requests a second of each connection
BODY = '{"data":{"ndarray":[[1,2,3,4]]}}'


class SteadyLoad:
    """Rounds of fifty thousand requests, one after the other, until finish(): a slow machine makes more of them."""

    def __init__(self, test, path, body=None):
        self.test = test
        status, targets = test.server.api("GET", "/api/v1/metrics/targets")
        test.assertEqual(status, 200, targets)
        self.gateway = next(address for target in targets for address in target["targets"]
                            if target["labels"]["__meta_slipway_component"] == "gateway")
        self.command = ["h2load", "--h1", f"-n{REQUESTS}", f"-c{CONNECTIONS}", f"--rps={PER_CONNECTION}"]
        if body is not None:
            file = tempfile.NamedTemporaryFile("w", prefix="slipway-steady-")
            test.addCleanup(file.close)
            file.write(body)
            file.flush()
            self.command += ["-d", file.name, "-H", "content-type: application/json"]
        self.command.append(f"{test.server.url}/deployment/{test.id}{path}")
        self.told = []
        self.enough = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        test.addCleanup(self.end)
        self.wait_served(REQUESTS // 50)

    def run(self):
        while not self.enough.is_set():
            self.told.append(subprocess.run(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                            stderr=subprocess.STDOUT, text=True, timeout=200).stdout)

    def served(self):
        with urllib.request.urlopen(f"http://{self.gateway}/metrics", timeout=60) as answer:
            counts = re.findall(r"^seldon_api_executor_server_requests_seconds_count\{.*\} (\d+)$", answer.read().decode(), re.M)
        return sum(map(int, counts))

    def wait_served(self, more):
        before = self.served()
        wait_until(lambda: self.served() >= before + more, f"{more} requests to be served")

    def end(self):
        self.enough.set()
        self.thread.join()

    def finish(self):
        """What the load went through is over: not one request may have failed."""
        self.end()
        self.test.assertTrue(self.told)
        for told in self.told:
            counted = re.search(r"requests: .*\nstatus codes: .*", told)
            self.test.assertTrue(counted, told)
            self.test.assertIn(f"{REQUESTS} succeeded, 0 failed, 0 errored, 0 timeout", counted.group(0))
            self.test.assertIn(f"{REQUESTS} 2xx, 0 3xx, 0 4xx, 0 5xx", counted.group(0))


class Steady(EngineCase):
    def setUp(self):
        super().setUp()
        self.image = tiny_image(self.engine, "slipway-test/steady:1", "TINY_VERSION=1")
        self.id = self.server.create(name="steady", image=self.image, replicas=2)["id"]
        self.server.wait_phase(self.id, "Deployed")

    def change(self, **document):
        status, answer = self.server.api("PATCH", f"/api/v1/deployments/{self.id}", document)
        self.assertIn(status, (200, 202), answer)
        wait_until(lambda: self.is_deployed(answer["revision"]), f"revision {answer['revision']} to be deployed")

    def is_deployed(self, revision):
        status = self.server.get(self.id)["status"]
        return status["phase"] == "Deployed" and status["serving_revision"] == revision

    def containers(self):
        return [container for container, name in self.engine.containers().items() if self.id in name]

    def test_a_rolling_update_fails_no_request(self):
        load = SteadyLoad(self, "/api/v1.0/predictions", BODY)
        self.change(image=tiny_image(self.engine, "slipway-test/steady:2", "TINY_VERSION=2"))
        load.finish()

    def test_more_and_fewer_replicas_fail_no_request(self):
        load = SteadyLoad(self, "/api/v1.0/predictions", BODY)
        for replicas in (1, 4, 1):
            self.change(replicas=replicas)
            load.wait_served(1000)
        load.finish()

    def test_a_killed_replica_fails_no_request_that_may_be_repeated(self):
        load = SteadyLoad(self, "/health/ping")
        victim = self.containers()[0]
        status, data = self.engine.request("POST", f"/v1.41/containers/{victim}/kill?signal=KILL")
        self.assertEqual(status, 204, data)
        wait_until(lambda: victim not in self.containers() and len(self.containers()) == 2, "the killed replica to be replaced")
        self.server.wait_phase(self.id, "Deployed", ready_replicas=2)
        load.finish()

    def test_a_killed_control_fails_no_request(self):
        load = SteadyLoad(self, "/api/v1.0/predictions", BODY)
        for _ in range(2):
            old = self.server.kill_child("control")
            wait_until(lambda: self.server.child("control") not in (None, old), "a new control")
            self.server.wait_ready()
            self.server.wait_phase(self.id, "Deployed")
        load.finish()


if __name__ == "__main__":
    unittest.main()
