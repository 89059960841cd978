"""Images that misbehave and engines that go away: each ends in the right status, with a reason that names the cause, the
replica and its last lines, and what served before goes on serving."""
import unittest

from harness import EngineCase, tiny_image, wait_until


class Trouble(EngineCase):
    def failing(self, tag, *environment, **fields):
        image = tiny_image(self.engine, f"slipway-test/{tag}:1", *environment)
        created = self.server.create(name=tag, image=image, **fields)
        return self.server.wait_phase(created["id"], "Failed", patience=120)

    def test_an_image_that_does_not_exist_is_named(self):
        created = self.server.create(name="missing", image="slipway-test/there-is-none:1")
        status = self.server.wait_phase(created["id"], "Failed")["status"]
        self.assertIn("slipway-test/there-is-none:1", status["reason"])
        code, answer = self.server.predict(created["id"])
        self.assertEqual(code, 503)
        self.assertIn("there-is-none", answer["status"]["reason"])

    def test_an_image_that_exits_at_once_fails_with_its_exit_code_and_last_lines(self):
        status = self.failing("exits", "TINY_EXIT_CODE=7")["status"]
        self.assertIn("7", status["reason"])
        self.assertTrue(status["trouble"]["replica"].startswith("exits-"))
        self.assertIn("ModuleNotFoundError", "\n".join(status["trouble"]["log_tail"]))

    def test_an_image_that_never_listens_fails_at_its_progress_deadline(self):
        status = self.failing("silent", "TINY_NEVER_LISTEN=1", progress_deadline_seconds=10)["status"]
        self.assertIn("9000", status["reason"] + status["trouble"]["cause"])

    def test_an_image_that_answers_500_on_health_is_never_called_deployed(self):
        status = self.failing("sick", "TINY_HEALTH_STATUS=500", progress_deadline_seconds=10)["status"]
        self.assertIn("500", status["reason"] + status["trouble"]["cause"])

    def test_an_image_that_eats_its_memory_is_said_to_be_out_of_memory(self):
        view = self.failing("hungry", "TINY_EAT_MEMORY_MIB=4096", instance_type="cpu-0.5")
        self.assertIn("memory", (view["status"]["reason"] + view["status"]["trouble"]["cause"]).lower())

    def test_an_image_that_listens_late_becomes_deployed(self):
        image = tiny_image(self.engine, "slipway-test/late:1", "TINY_LISTEN_AFTER_SECONDS=45")
        created = self.server.create(name="late", image=image)
        self.server.wait_phase(created["id"], "Deployed", patience=150)
        self.assertEqual(self.server.predict(created["id"])[0], 200)

    def test_a_failed_deployment_recovers_when_it_is_given_a_good_image(self):
        view = self.failing("recovers", "TINY_EXIT_CODE=1")
        good = tiny_image(self.engine, "slipway-test/good:1", "TINY_VERSION=1")
        code, _ = self.server.api("PATCH", f"/api/v1/deployments/{view['id']}", {"image": good})
        self.assertEqual(code, 200)
        self.server.wait_phase(view["id"], "Deployed")

    def test_bad_input_is_refused_by_path_and_changes_nothing(self):
        good = {"name": "bad input", "image": "slipway-test/good:1"}
        cases = [
            ({"name": ""}, "name"), ({"id": "No"}, "id"), ({"image": "no image"}, "image"),
            ({"replicas": 0}, "replicas"), ({"replicas": -1}, "replicas"),
            ({"replicas": 10**9}, "replicas"), ({"instance_type": "cpu-99"}, "instance_type"),
            ({"environment": [{"name": "1X", "value": ""}]}, "environment[0].name"),
            ({"environment": [{"name": "X", "value": "v" * 40_000}]}, "environment[0].value"),
            ({"replica": 2}, "replica"),
        ]
        for change, path in cases:
            with self.subTest(path=path, change=str(change)[:60]):
                code, problem = self.server.api("POST", "/api/v1/deployments", {**good, **change})
                self.assertEqual(code, 400, problem)
                self.assertIn(path, [e["path"] for e in problem["errors"]])
        for text, word in (("{", "JSON"), ("[]", "object"), ("[" * 100 + "]" * 100, "deep")):
            code, data, _ = self.server.http("POST", "/api/v1/deployments", text,
                                             {"Content-Type": "application/json"})
            self.assertEqual(code, 400)
            self.assertIn(word.encode(), data)
        code, _, _ = self.server.http("POST", "/api/v1/deployments", '{"name":"' + "x" * (2 << 20) + '"}',
                                      {"Content-Type": "application/json"})
        self.assertEqual(code, 413)
        self.assertEqual(self.server.api("GET", "/api/v1/deployments")[1]["items"], [])

    def test_a_taken_id_is_a_conflict(self):
        image = tiny_image(self.engine, "slipway-test/good:1", "TINY_VERSION=1")
        self.server.create(name="first", id="taken-id", image=image)
        code, problem = self.server.api("POST", "/api/v1/deployments",
                                        {"name": "second", "id": "taken-id", "image": image})
        self.assertEqual(code, 409)
        self.assertIn("taken-id", problem["detail"])

    def test_nobody_gets_in_without_a_token(self):
        for method, path in (("GET", "/api/v1/deployments"), ("POST", "/api/v1/deployments"),
                             ("GET", "/api/v1/me"), ("GET", "/metrics"), ("DELETE", "/api/v1/deployments/x")):
            for token in (False, "slw_wrong"):
                code, _, headers = self.server.http(method, path, token=token)
                self.assertEqual(code, 401, (method, path))
                self.assertIn("Bearer", headers["WWW-Authenticate"])
        # What gateways ask control for is not to be had through the front door.
        code, _, _ = self.server.http("GET", "/internal/v1/snapshot?after=0")
        self.assertEqual(code, 404)


if __name__ == "__main__":
    unittest.main()
