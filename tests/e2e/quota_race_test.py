"""Two users race for the last CPU of their group, a thousand times: never do both win."""
import http.client
import json
import threading
import unittest
import urllib.parse

from harness import Slipwayd

ROUNDS = 1000


class Racer:
    """One user's keep-alive connection; starts when told, together with the other."""

    def __init__(self, server, token, name):
        self.connection = http.client.HTTPConnection(urllib.parse.urlparse(server.url).netloc, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.name = name

    def send(self, method, path, document=None):
        self.connection.request(method, path, json.dumps(document) if document is not None else None, self.headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()


class QuotaRace(unittest.TestCase):
    def test_two_users_never_both_get_the_last_cpu(self):
        server = Slipwayd("--engine=mock")
        self.addCleanup(server.discard)
        server.start()
        status, answer = server.api("POST", "/api/v1/groups", {
            "name": "race", "deployment_enabled": True, "quota": {"cpu_millis": 1000}})
        self.assertEqual(status, 201, answer)
        status, answer = server.api("PUT", "/api/v1/groups/race/members/admin", {})
        self.assertIn(status, (200, 201), answer)
        racers = [Racer(server, server.token, f"racer-{n}") for n in range(2)]
        for racer in racers:
            status, data = racer.send("POST", "/api/v1/deployments", {
                "name": racer.name, "id": racer.name, "group": "race", "image": "mock/ok:1", "instance_type": "cpu-1"})
            self.assertIn(status, (201, 409), data)
            if status == 409:  # the quota holds for the first attempt, too: make room, then stop the second
                self.assertEqual(racers[0].send("POST", f"/api/v1/deployments/{racers[0].name}/stop")[0], 202)
                status, data = racer.send("POST", "/api/v1/deployments", {
                    "name": racer.name, "id": racer.name, "group": "race", "image": "mock/ok:1",
                    "instance_type": "cpu-1"})
                self.assertEqual(status, 201, data)
                self.assertEqual(racer.send("POST", f"/api/v1/deployments/{racer.name}/stop")[0], 202)

        barrier = threading.Barrier(2)
        outcomes, problems = [[None] * ROUNDS, [None] * ROUNDS], []

        def race(index):
            racer = racers[index]
            try:
                for number in range(ROUNDS):
                    barrier.wait()
                    outcomes[index][number], data = racer.send("POST", f"/api/v1/deployments/{racer.name}/start")
                    if outcomes[index][number] not in (202, 409):
                        raise AssertionError(data)
                    barrier.wait()
                    racer.send("POST", f"/api/v1/deployments/{racer.name}/stop")
            except Exception as error:  # shown by the test's own thread
                problems.append(error)
                barrier.abort()

        threads = [threading.Thread(target=race, args=(index,)) for index in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        real = [p for p in problems if not isinstance(p, threading.BrokenBarrierError)]
        self.assertEqual(real, [])
        wins = [sum(status == 202 for status in pair) for pair in zip(*outcomes)]
        print(f"{ROUNDS} rounds: {wins.count(1)} with one winner, {wins.count(2)} with two, {wins.count(0)} with none")
        self.assertEqual(wins.count(1), ROUNDS)


if __name__ == "__main__":
    unittest.main()
