"""A private deployment with real containers, from an admin's empty group to a client that is refused again."""
import base64
import json
import unittest

from harness import EngineCase, Load, tiny_image, wait_until


def basic(name, token):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{token}".encode()).decode()}


class Private(EngineCase):
    def ask(self, deployment, headers=None):
        """Status, document and headers of one prediction."""
        status, data, fields = self.server.http(
            "POST", f"/deployment/{deployment}/api/v1.0/predictions", json.dumps({"data": {"ndarray": [[1]]}}),
            {"Content-Type": "application/json", **(headers or {})}, token=False)
        return status, json.loads(data), fields

    def seen_user(self, deployment, headers=None):
        """What the model was told as the caller's name; None: nothing."""
        status, answer, _ = self.ask(deployment, headers)
        self.assertEqual(status, 200, answer)
        return answer["meta"]["tags"].get("user")

    def member(self, name, group):
        """Token of a new user who is a member of the group."""
        status, made = self.server.api("POST", "/api/v1/users", {"name": name})
        self.assertEqual(status, 201, made)
        status, _ = self.server.api("PUT", f"/api/v1/groups/{group}/members/{name}", {})
        self.assertIn(status, (200, 201))
        status, session = self.server.api("POST", "/api/v1/session", {
            "user": name, "password": made["generated_password"]}, token=False)
        self.assertEqual(status, 201, session)
        status, answer = self.server.api("POST", "/api/v1/me/password", {
            "old_password": made["generated_password"], "new_password": "a password of my own"}, token=session["token"])
        self.assertEqual(status, 200, answer)
        status, session = self.server.api("POST", "/api/v1/session", {
            "user": name, "password": "a password of my own"}, token=False)
        self.assertEqual(status, 201, session)
        return session["token"]

    def test_a_group_is_switched_on_and_a_private_deployment_answers_its_clients_alone(self):
        image = tiny_image(self.engine, "slipway-test/private:1", "TINY_VERSION=1")
        server = self.server
        status, answer = server.api("POST", "/api/v1/groups", {"name": "vision"})
        self.assertEqual(status, 201, answer)
        ada = self.member("ada", "vision")

        wanted = {"name": "Seen", "id": "seen", "group": "vision", "image": image, "access": "private",
                  "instance_type": "cpu-0.5"}
        status, refusal = server.api("POST", "/api/v1/deployments", wanted, token=ada)
        self.assertEqual(status, 409, refusal)
        self.assertIn("vision", refusal["detail"])
        status, answer = server.api("PATCH", "/api/v1/groups/vision", {
            "deployment_enabled": True, "quota": {"cpu_millis": 500}})
        self.assertEqual(status, 200, answer)
        status, answer = server.api("POST", "/api/v1/deployments", wanted, token=ada)
        self.assertEqual(status, 201, answer)
        server.wait_phase("seen", "Deployed")

        # a second one does not fit: the refusal names quota, limit, used and asked
        status, refusal = server.api("POST", "/api/v1/deployments", {**wanted, "id": "seen-2"}, token=ada)
        self.assertEqual(status, 409, refusal)
        self.assertEqual(refusal["type"], "urn:slipway:problem:quota")
        self.assertEqual([(l["name"], l["limit"], l["used"], l["asked"]) for l in refusal["limits"]],
                         [("cpu_millis", 500, 500, 500)])
        self.assertIn("vision", refusal["detail"])

        # nobody without a token
        status, refusal, fields = self.ask("seen")
        self.assertEqual(status, 401, refusal)
        self.assertIn("Basic", fields["WWW-Authenticate"])
        self.assertEqual(self.ask("seen", basic("robot", "slc_" + "x" * 43))[0], 401)

        status, robot = server.api("POST", "/api/v1/deployments/seen/clients", {"name": "robot"}, token=ada)
        self.assertEqual(status, 201, robot)
        one = robot["token"]
        wait_until(lambda: self.ask("seen", basic("robot", one))[0] == 200, "the gateway to know the client")
        self.assertEqual(self.seen_user("seen", basic("robot", one)), "robot")
        self.assertEqual(self.seen_user("seen", {"Authorization": f"Bearer {one}"}), "robot")
        self.assertEqual(self.seen_user("seen", {**basic("robot", one), "X-Forwarded-User": "admin"}), "robot")
        self.assertEqual(self.ask("seen", basic("other", one))[0], 401)

        # rotation: the old token holds for the overlap, and not without one
        status, rotated = server.api("POST", "/api/v1/deployments/seen/clients/robot/rotate",
                                     {"overlap_seconds": 3600}, token=ada)
        self.assertEqual(status, 200, rotated)
        two = rotated["token"]
        wait_until(lambda: self.ask("seen", basic("robot", two))[0] == 200, "the new token to hold")
        self.assertEqual(self.ask("seen", basic("robot", one))[0], 200)
        status, rotated = server.api("POST", "/api/v1/deployments/seen/clients/robot/rotate", {}, token=ada)
        self.assertEqual(status, 200, rotated)
        wait_until(lambda: self.ask("seen", basic("robot", rotated["token"]))[0] == 200, "the third token to hold")
        self.assertEqual(self.ask("seen", basic("robot", two))[0], 401)

        # removed: refused within a second or so, and never served again
        status, _ = server.api("DELETE", "/api/v1/deployments/seen/clients/robot", token=ada)
        self.assertEqual(status, 204)
        wait_until(lambda: self.ask("seen", basic("robot", rotated["token"]))[0] == 401, "the client to be refused")

        # no token was written down anywhere that people read
        status, events = server.api("GET", "/api/v1/deployments/seen/events?limit=1000", token=ada)
        self.assertEqual(status, 200, events)
        for token in (one, two, rotated["token"]):
            self.assertNotIn(token, json.dumps(events))
            self.assertNotIn(token, server.log_text())

    def test_a_deployment_is_held_to_its_rate_until_that_is_lifted(self):
        image = tiny_image(self.engine, "slipway-test/private:1", "TINY_VERSION=1")
        server = self.server
        server.create(name="Slow", id="slow", image=image, requests_per_minute=1)
        server.wait_phase("slow", "Deployed")
        status, answer, fields = self.ask("slow")
        self.assertEqual(status, 200, answer)
        self.assertEqual(fields["RateLimit-Policy"], '"deployment";q=1;w=60')
        self.assertEqual(fields["RateLimit"], '"deployment";r=0;t=60')
        status, refusal, fields = self.ask("slow")
        self.assertEqual(status, 429, refusal)
        self.assertEqual(refusal["status"]["reason"], "rate limited")
        self.assertIn(int(fields["Retry-After"]), range(1, 61))
        status, answer = server.api("PATCH", "/api/v1/deployments/slow", {"requests_per_minute": 0})
        self.assertEqual(status, 200, answer)
        server.wait_phase("slow", "Deployed", serving_revision=2)
        status, answer, fields = self.ask("slow")
        self.assertEqual(status, 200, answer)
        self.assertNotIn("RateLimit", fields)

    def test_a_switched_off_group_is_down_and_comes_back(self):
        image = tiny_image(self.engine, "slipway-test/private:1", "TINY_VERSION=1")
        server = self.server
        server.create(name="Switched", id="switched", image=image)
        server.wait_phase("switched", "Deployed")
        status, answer = server.api("PATCH", "/api/v1/groups/default", {"deployment_enabled": False})
        self.assertEqual(status, 200, answer)
        view = server.wait_phase("switched", "Failed")
        self.assertIn("not enabled", view["status"]["reason"])
        wait_until(lambda: not self.engine.containers((server.state / "installation").read_text().strip()), "its containers to be gone")
        self.assertEqual(self.ask("switched")[0], 503)
        status, answer = server.api("PATCH", "/api/v1/groups/default", {"deployment_enabled": True})
        self.assertEqual(status, 200, answer)
        server.wait_phase("switched", "Deployed")
        self.assertEqual(self.ask("switched")[0], 200)

    def test_a_rollback_under_load_brings_the_earlier_answers_back_without_a_failure(self):
        one = tiny_image(self.engine, "slipway-test/rollback:1", "TINY_VERSION=1")
        two = tiny_image(self.engine, "slipway-test/rollback:2", "TINY_VERSION=2")
        server = self.server
        server.create(name="Rolled", id="rolled", image=one, metadata={"team": "a"})
        server.wait_phase("rolled", "Deployed")
        status, answer = server.api("PATCH", "/api/v1/deployments/rolled", {
            "image": two, "metadata": {"team": "b"}, "message": "a bad idea"})
        self.assertEqual(status, 200, answer)
        server.wait_phase("rolled", "Deployed", serving_revision=2)

        status, diff = server.api("GET", "/api/v1/deployments/rolled/revisions/2/diff?against=1")
        self.assertEqual(status, 200, diff)
        self.assertEqual(sorted(change["field"] for change in diff["changes"]), ["image", "metadata.team"])

        with Load(server, "rolled", connections=4) as load:
            load.wait_more(200)
            status, answer = server.api("POST", "/api/v1/deployments/rolled/rollback", {"revision": 1})
            self.assertIn(status, (200, 202), answer)
            server.wait_phase("rolled", "Deployed", serving_revision=3)
            load.wait_more(200)
        self.assertEqual(load.failures, [])
        self.assertEqual(server.predict("rolled")[1]["data"]["ndarray"], [[1]])
        status, diff = server.api("GET", "/api/v1/deployments/rolled/revisions/3/diff?against=1")
        self.assertEqual((status, diff["changes"]), (200, []))
        status, history = server.api("GET", "/api/v1/deployments/rolled/history")
        self.assertEqual([entry["kind"] for entry in history["items"]], ["rollback", "update", "create"])


if __name__ == "__main__":
    unittest.main()
