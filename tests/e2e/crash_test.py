"""100 times kill -9 of control at random instants, on the mock engine, while a client creates, updates and deletes: what was
acknowledged is there, and at the end engine and store agree."""
import http.client
import json
import os
import random
import threading
import unittest

from harness import Slipwayd, wait_until

KILLS = int(os.environ.get("SLIPWAY_CRASH_KILLS", "100"))


class Client:
    """Writes in a loop and remembers, per deployment, the set of states that the answers allow."""

    def __init__(self, server, number, seed):
        self.server = server
        self.random = random.Random(seed)
        self.number = number
        self.known = {}  # id -> list of possible worlds: replica count, or None for deleted
        self.acknowledged = 0
        self.stop = threading.Event()
        self.problem = None
        self.thread = threading.Thread(target=self.run)

    def run(self):
        try:
            counter = 0
            while not self.stop.is_set():
                alive = [i for i, worlds in self.known.items() if None not in worlds]
                roll = self.random.random()
                if roll < 0.4 or not alive:
                    counter += 1
                    self.create(f"c{self.number}-{counter}")
                elif roll < 0.8:
                    self.update(self.random.choice(alive))
                else:
                    self.delete(self.random.choice(alive))
        except Exception as error:  # shown by the test's own thread
            self.problem = error

    def send(self, method, path, document=None):
        """Status and answer; (None, None) when it is unknown what became of the request."""
        try:
            status, answer = self.server.api(method, path, document, timeout=20)
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            return None, None
        return (None, None) if status in (502, 503, 504) else (status, answer)

    def settle(self, name, before, after, status, expected):
        if status is None:
            self.known[name] = list(dict.fromkeys(before + [after]))
        elif status in expected:
            self.known[name] = [after]
            self.acknowledged += 1

    def create(self, name):
        replicas = self.random.randint(1, 3)
        status, answer = self.send("POST", "/api/v1/deployments", {
            "name": name, "id": name, "image": "mock/ok:1", "replicas": replicas})
        if status is not None and status != 201:
            raise AssertionError(f"create {name}: {status} {answer}")
        self.settle(name, [None], replicas, status, (201,))

    def update(self, name):
        replicas = self.random.randint(1, 5)
        status, answer = self.send("PATCH", f"/api/v1/deployments/{name}", {"replicas": replicas})
        if status not in (None, 200, 409):  # 409: the same count again
            raise AssertionError(f"update {name}: {status} {answer}")
        self.settle(name, self.known[name], replicas, status, (200,))

    def delete(self, name):
        status, answer = self.send("DELETE", f"/api/v1/deployments/{name}?confirm={name}")
        if status not in (None, 200, 202, 204, 404, 409):
            raise AssertionError(f"delete {name}: {status} {answer}")
        self.settle(name, self.known[name], None, status, (200, 202, 204, 404))


class Crash(unittest.TestCase):
    def test_no_acknowledged_write_is_lost_and_engine_and_store_agree_at_the_end(self):
        seed = int(os.environ.get("SLIPWAY_CRASH_SEED", random.SystemRandom().randrange(1 << 30)))
        print(f"seed {seed}")
        chance = random.Random(seed)
        server = Slipwayd("--engine=mock")
        self.addCleanup(server.discard)
        journal = server.state / "mock.journal"
        server.flags.append(f"--mock-journal={journal}")
        server.start()
        clients = [Client(server, n, seed + n) for n in range(4)]
        for client in clients:
            client.thread.start()
        try:
            for _ in range(KILLS):
                # A random instant after the last restart, from "barely started" to "well at work".
                threading.Event().wait(chance.uniform(0.0, 0.35))
                server.kill_child("control")
        finally:
            for client in clients:
                client.stop.set()
            for client in clients:
                client.thread.join()
        for client in clients:
            if client.problem:
                raise client.problem
        server.wait_ready()

        def listing():
            items, cursor = [], ""
            while True:
                status, page = server.api("GET", f"/api/v1/deployments?limit=500&cursor={cursor}")
                self.assertEqual(status, 200, page)
                items += page["items"]
                cursor = page.get("next_cursor")
                if not cursor:
                    return {item["id"]: item for item in items}

        wait_until(lambda: all(i["status"]["phase"] == "Deployed" for i in listing().values()),
                   "everything to be Deployed after the last kill", 180)
        shown = listing()
        lost, acknowledged = [], 0
        for client in clients:
            acknowledged += client.acknowledged
            for name, worlds in client.known.items():
                now = shown[name]["replicas"] if name in shown else None
                if now not in worlds:
                    lost.append(f"{name}: is {now}, the answers allow {worlds}")
        self.assertEqual(lost, [])
        # The engine runs exactly what the store wants: as told by control, which observes the engine.
        for name, item in shown.items():
            status, page = server.api("GET", f"/api/v1/deployments/{name}/replicas")
            self.assertEqual(status, 200, page)
            self.assertEqual(len(page["items"]), item["replicas"], name)
        self.assertGreater(acknowledged, 0)
        print(f"{KILLS} kills, {acknowledged} acknowledged writes, {len(shown)} deployments at the end")


if __name__ == "__main__":
    unittest.main()
