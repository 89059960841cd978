"""The audit log, repeated requests and the watched list, on a running server that is killed in between."""
import http.client
import json
import unittest
import urllib.parse

from harness import Slipwayd

GROUP = {"name": "vision", "deployment_enabled": True}


class Audit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Slipwayd("--engine=mock")
        cls.addClassCleanup(cls.server.discard)
        cls.server.start()

    def post(self, path, document, key):
        status, data, fields = self.server.http(
            "POST", path, json.dumps(document), {"Content-Type": "application/json", "Idempotency-Key": key})
        return status, json.loads(data), fields

    def test_a_repeat_is_answered_like_the_first_also_after_a_crash_and_audited_once(self):
        first = self.post("/api/v1/groups", GROUP, "group-1")
        self.assertEqual(first[0], 201, first[1])
        token = self.post("/api/v1/tokens", {"name": "ci"}, "token-1")
        self.assertEqual(token[0], 201, token[1])
        self.server.kill_child("control")
        self.server.wait_ready()
        again = self.post("/api/v1/groups", GROUP, "group-1")
        self.assertEqual((again[0], again[1]), (201, first[1]))
        self.assertEqual(again[2]["Idempotency-Replayed"], "true")
        self.assertEqual(self.post("/api/v1/groups", {"name": "other"}, "group-1")[0], 409)
        self.assertIn("done already", self.post("/api/v1/tokens", {"name": "ci"}, "token-1")[1]["detail"])

        status, page = self.server.api("GET", "/api/v1/audit?action=group.create&object=vision")
        self.assertEqual((status, len(page["items"])), (200, 1), page)
        row = page["items"][0]
        self.assertEqual((row["actor"], row["source"], row["group"]), ("admin", "127.0.0.1", "vision"))
        self.assertEqual((row["before"], row["after"]["name"]), (None, "vision"))
        status, data, fields = self.server.http("GET", "/api/v1/audit?format=ndjson")
        self.assertIn("attachment", fields["Content-Disposition"])
        actions = [json.loads(line)["action"] for line in data.decode().splitlines()]
        self.assertEqual(actions.count("token.create"), 2)  # signing in made the other one
        self.assertEqual(actions[-1], "installation.first_start")
        self.assertNotIn(token[1]["token"], data.decode())

    def test_a_watched_list_tells_changes_and_ends_with_its_token(self):
        status, token = self.server.api("POST", "/api/v1/tokens", {"name": "watcher", "scope": "read"})
        self.assertEqual(status, 201)
        connection = http.client.HTTPConnection(urllib.parse.urlparse(self.server.url).netloc, timeout=60)
        self.addCleanup(connection.close)
        connection.request("GET", "/api/v1/deployments?watch=1&search=seen",
                           headers={"Authorization": f"Bearer {token['token']}"})
        stream = connection.getresponse()

        def next_event(name):
            while line := stream.readline().decode():
                if line == f"event: {name}\n":
                    return json.loads(stream.readline().decode().removeprefix("data: "))
            raise AssertionError(f"the stream ended before '{name}'")

        self.assertEqual(next_event("listed"), {"ids": []})
        self.server.create(name="Hidden", id="hidden", image="mock:1", instance_type="cpu-0.5")
        self.server.create(name="Seen", id="seen-one", image="mock:1", instance_type="cpu-0.5")
        deployment = next_event("deployment")
        self.assertEqual(deployment["id"], "seen-one")
        while deployment["status"]["phase"] != "Deployed":
            deployment = next_event("deployment")
        status, _ = self.server.api("DELETE", "/api/v1/deployments/seen-one?confirm=Seen")
        self.assertIn(status, (202, 204))
        self.assertEqual(next_event("removed"), {"id": "seen-one"})
        self.assertEqual(self.server.api("DELETE", f"/api/v1/tokens/{token['id']}")[0], 204)
        self.assertIn("token", next_event("ended")["reason"])
        self.assertEqual(stream.read().strip(), b"")


if __name__ == "__main__":
    unittest.main()
