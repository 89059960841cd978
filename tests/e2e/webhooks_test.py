"""Webhooks against a receiver of our own: told what happens, signed, again until it is accepted, and over a kill -9.

The signature is checked as the specification says it (https://www.standardwebhooks.com), with nothing of Slipway's.
"""
import base64
import hashlib
import hmac
import http.server
import json
import threading
import unittest

from harness import Slipwayd, wait_until


class Receiver:
    """Answers each request with the next status, the last one for ever."""

    def __init__(self, *statuses):
        self.statuses, self.requests, self.lock = list(statuses), [], threading.Lock()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver.lock:
                    receiver.requests.append((dict(self.headers), body))
                    status = receiver.statuses.pop(0) if len(receiver.statuses) > 1 else receiver.statuses[0]
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?x=1"

    def end(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def answer(self, *statuses):
        with self.lock:
            self.statuses = list(statuses)

    def of_type(self, kind):
        with self.lock:
            return [(head, body) for head, body in self.requests if json.loads(body)["type"] == kind]


def signature(secret, head, body):
    """HMAC-SHA256 of id.timestamp.body under the decoded secret."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


class Webhooks(unittest.TestCase):
    def setUp(self):
        self.server = Slipwayd("--engine=mock", "--webhook-private-addresses=127.0.0.1")
        self.addCleanup(self.server.discard)
        self.server.start()
        self.receiver = Receiver(204)
        self.addCleanup(self.receiver.end)

    def make(self, *events, group="default"):
        status, made = self.server.api("POST", "/api/v1/webhooks", {
            "group": group, "name": "Test", "url": self.receiver.url, "events": events})
        self.assertEqual(status, 201, made)
        return made

    def deliveries(self, hook):
        status, page = self.server.api("GET", f"/api/v1/webhooks/{hook['id']}/deliveries")
        self.assertEqual(status, 200, page)
        return page["items"]

    def deploy(self, name, image="mock/ok:1", **more):
        return self.server.create(name=name, group="default", image=image, **more)["id"]

    def test_what_happens_is_told_and_signed(self):
        hook = self.make("deployment.deployed", "deployment.failed", "quota.refused")
        good = self.deploy("Good", environment=[{"name": "PASSWORD", "value": "do-not-tell"}])
        bad = self.deploy("Bad", image="mock/missing:1")
        wait_until(lambda: self.receiver.of_type("deployment.deployed") and
                   self.receiver.of_type("deployment.failed"), "both to be told")
        self.server.api("PATCH", "/api/v1/groups/default", {"quota": {"deployments": 2}})
        status, answer = self.server.api("POST", "/api/v1/deployments", {
            "name": "Third", "group": "default", "image": "mock/ok:1"})
        self.assertEqual(status, 409, answer)
        wait_until(lambda: self.receiver.of_type("quota.refused"), "the refusal to be told")

        for kind, name in (("deployment.deployed", good), ("deployment.failed", bad)):
            [(head, body)] = self.receiver.of_type(kind)
            self.assertEqual(head["webhook-signature"], signature(hook["secret"], head, body))
            told = json.loads(body)
            self.assertEqual((told["data"]["deployment"]["id"], told["data"]["group"]), (name, "default"))
            self.assertEqual(self.server.api("GET", told["data"]["url"].replace(self.server.url, ""))[0], 200)
        [(head, body)] = self.receiver.of_type("quota.refused")
        self.assertIn("2", json.loads(body)["data"]["reason"])
        everything = b"".join(body for _, body in self.receiver.requests)
        self.assertNotIn(b"do-not-tell", everything)
        self.assertNotIn(hook["secret"], self.server.log_text())
        self.assertNotIn("do-not-tell", self.server.log_text())
        # Told is noted only behind the receiver's answer.
        wait_until(lambda: {row["state"] for row in self.deliveries(hook)} == {"delivered"}, "all to be noted")

    def test_control_killed_between_event_and_delivery_delivers_after_its_restart(self):
        self.receiver.answer(503, 503, 204)
        hook = self.make("deployment.failed")
        self.deploy("Bad", image="mock/missing:1")
        wait_until(lambda: self.deliveries(hook), "the failure to be planned")
        old = self.server.kill_child("control")
        wait_until(lambda: self.server.child("control") not in (None, old), "a new control")
        self.server.wait_ready()
        done = wait_until(lambda: [row for row in self.deliveries(hook) if row["state"] == "delivered"],
                          "it to be delivered")
        requests = self.receiver.of_type("deployment.failed")
        self.assertEqual({head["webhook-id"] for head, _ in requests}, {done[0]["id"]}, "told under one id")
        self.assertEqual(len({body for _, body in requests}), 1)
        self.assertGreaterEqual(len(requests), 3)
        for head, body in requests:
            self.assertEqual(head["webhook-signature"], signature(hook["secret"], head, body))
        self.assertEqual(len(self.deliveries(hook)), 1, "told once")

    def test_the_command_line_manages_them_and_no_secret_shows_twice(self):
        secret = self.server.cli("webhooks", "create", "Chat", "--group", "default", "--url", self.receiver.url,
                                 "--events", "quota.refused").stdout.strip()
        hook = self.server.api("GET", "/api/v1/webhooks")[1]["items"][0]["id"]
        self.server.cli("webhooks", "test", hook)
        [(head, body)] = wait_until(lambda: self.receiver.of_type("webhook.test"), "the test")
        self.assertEqual(head["webhook-signature"], signature(secret, head, body))
        fresh = self.server.cli("webhooks", "rotate", hook).stdout.strip()
        delivery = self.server.cli("webhooks", "deliveries", hook, "-o", "name").stdout.strip()
        self.server.cli("webhooks", "redeliver", hook, delivery)
        wait_until(lambda: len(self.receiver.of_type("webhook.test")) == 2, "the repeat")
        head, body = self.receiver.of_type("webhook.test")[1]
        self.assertEqual(head["webhook-id"], delivery)
        self.assertEqual(head["webhook-signature"], signature(fresh, head, body))
        self.assertNotIn("whsec_", self.server.cli("webhooks", "list", "-o", "json").stdout)
        self.assertNotIn("whsec_", self.server.cli("audit", "-o", "json").stdout)

    def test_no_request_leaves_for_what_is_not_allowed(self):
        for url in ("http://169.254.169.254/latest/meta-data", "http://[fe80::1]/", "http://10.0.0.1/",
                    "http://2130706433/", "http://user@127.0.0.1/"):
            status, answer = self.server.api("POST", "/api/v1/webhooks", {
                "group": "default", "name": "Bad", "url": url, "events": ["quota.refused"]})
            self.assertEqual((status, answer["errors"][0]["path"]), (400, "url"), url)
        # A name is judged when it is connected to: ::1 is not allowed here, 127.0.0.1 is.
        self.server.terminate()
        self.server.flags = ["--engine=mock"]
        self.server.start()
        port = self.receiver.server.server_port
        status, hook = self.server.api("POST", "/api/v1/webhooks", {
            "group": "default", "name": "Name", "url": f"http://localhost:{port}/", "events": ["quota.refused"]})
        self.assertEqual(status, 201, hook)
        self.server.api("POST", f"/api/v1/webhooks/{hook['id']}/test")
        [tried] = wait_until(lambda: self.deliveries(hook)[0]["attempts"], "a try")
        self.assertIsNone(tried["status"])
        self.assertIn("private address", tried["error"])
        self.assertEqual(self.receiver.requests, [])


if __name__ == "__main__":
    unittest.main()
