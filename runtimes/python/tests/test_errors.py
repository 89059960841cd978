"""The error bodies of the Seldon contract."""

import json
import unittest

from tests.model_server import IDENTITY, ModelServer

BAD_DATA = "MICROSERVICE_BAD_DATA"
INTERNAL = "MICROSERVICE_INTERNAL_ERROR"


class Errors(unittest.TestCase):
    def assert_error(self, reply, code, reason, info):
        self.assertEqual(reply.status, code, reply.text)
        self.assertEqual(reply.headers["Content-Type"], "application/json")
        status = reply.json["status"]
        self.assertEqual((status["code"], status["reason"], status["status"]), (-1, reason, 1))
        self.assertIn(info, status["info"])
        self.assertEqual(set(reply.json), {"status"})

    def test_the_body_is_exact(self):
        with ModelServer().ready() as server:
            self.assertEqual(server.predict("{").text,
                             '{"status":{"code":-1,"info":"Can\'t find JSON in data",'
                             '"reason":"MICROSERVICE_BAD_DATA","status":1}}\n')

    def test_what_is_not_json_is_bad_data(self):
        with ModelServer().ready() as server:
            for body in ("", "null", "{", "[" * 100000, b"\xff"):
                with self.subTest(body[:10]):
                    self.assert_error(server.predict(body), 400, BAD_DATA, "Can't find JSON in data")
            plain = server.request("POST", "/predict", '{"strData":"x"}',
                                   {"Content-Type": "text/plain"})
            self.assert_error(plain, 400, BAD_DATA, "Can't find JSON in data")

    def test_what_is_no_message_is_bad_data(self):
        bad = ({}, [1], "x", 5, {"data": {}}, {"data": [1]}, {"data": {"ndarray": 5}},
               {"data": {"tensor": {"shape": [2], "values": [1]}}},
               {"data": {"tensor": {"shape": [-1], "values": [1]}}},
               {"data": {"tensor": [1]}}, {"data": {"names": "a", "ndarray": [1]}},
               {"data": {"tftensor": {}}}, {"strData": 5}, {"binData": "%"}, {"binData": 5},
               {"meta": 5, "strData": "x"}, {"meta": {"tags": 5}, "strData": "x"})
        with ModelServer().ready() as server:
            for message in bad:
                with self.subTest(message):
                    self.assert_error(server.predict(json.dumps(message)), 400, BAD_DATA,
                                      "Invalid request data type: ")

    def test_feedback_that_is_not_json_is_bad_data(self):
        with ModelServer().ready() as server:
            self.assert_error(server.post("/send-feedback", "{"), 400, BAD_DATA, "Invalid JSON: {")
            self.assert_error(server.post("/send-feedback", {"reward": "x"}), 400, BAD_DATA,
                              "Invalid JSON: ")

    def test_an_exception_of_the_model_is_an_internal_error_with_a_traceback_in_the_log(self):
        source = "class Model:\n    def predict(self, X): raise KeyError('petal')\n"
        with ModelServer(source).ready() as server:
            self.assert_error(server.predict({"strData": "x"}), 500, INTERNAL, "petal")
            server.wait_for_output("KeyError: 'petal'")
            self.assertIn("Traceback", server.output)

    def test_unknown_paths_and_methods_are_internal_errors(self):
        with ModelServer().ready() as server:
            self.assert_error(server.get("/nope"), 500, INTERNAL, "404 Not Found: ")
            self.assert_error(server.get("/api/v1.0/predictions"), 500, INTERNAL,
                              "405 Method Not Allowed: ")
            self.assertNotIn("Traceback", server.output)

    def test_a_model_may_raise_its_own_status(self):
        for origin in ("from slipway_model import SeldonMicroserviceException",
                       "class SeldonMicroserviceException(Exception):\n"
                       "    def __init__(self, message, status_code):\n"
                       "        self.message, self.status_code = message, status_code"):
            source = origin + ("\nclass Model:\n    def predict(self, X):\n"
                               "        raise SeldonMicroserviceException('no', status_code=403)\n")
            with self.subTest(origin), ModelServer(source).ready() as server:
                self.assert_error(server.predict({"strData": "x"}), 403, BAD_DATA, "no")

    def test_a_returned_status_becomes_the_status_of_the_reply(self):
        body = "{'status': {'code': 422, 'info': 'i'}}"
        for hook in ("predict", "predict_raw"):
            source = "class Model:\n    def %s(self, X): return %s\n" % (hook, body)
            with self.subTest(hook), ModelServer(source).ready() as server:
                reply = server.predict({"strData": "x"})
                self.assertEqual((reply.status, reply.text),
                                 (422, '{"status":{"code":422,"info":"i"}}\n'))

    def test_bad_metrics_are_named(self):
        for metrics in ("5", "[5]", "[{'type': 'GAUGE', 'value': 1}]",
                        "[{'key': 'k', 'type': 'X', 'value': 1}]",
                        "[{'key': 'k', 'type': 'GAUGE', 'value': 'x'}]",
                        "[{'key': 'k', 'type': 'GAUGE', 'value': float('nan')}]",
                        "[{'key': 'k', 'type': 'GAUGE', 'value': True}]"):
            source = IDENTITY + "    def metrics(self): return %s\n" % metrics
            with self.subTest(metrics), ModelServer(source).ready() as server:
                self.assert_error(server.predict({"strData": "x"}), 500, "MICROSERVICE_BAD_METRIC",
                                  "metric")

    def test_bad_metadata_is_named(self):
        for text in ("[]", '{"versions":"1"}', '{"versions":[1]}', '{"name":5}'):
            with self.subTest(text), ModelServer(MODEL_METADATA=text).ready() as server:
                self.assert_error(server.get("/metadata"), 500, "MICROSERVICE_BAD_METADATA",
                                  "MODEL_METADATA")

    def test_a_failing_health_hook_is_not_healthy(self):
        source = IDENTITY + "    def health_status(self): raise RuntimeError('disk is gone')\n"
        with ModelServer(source).ready() as server:
            self.assert_error(server.get("/health/status"), 500, INTERNAL, "disk is gone")
            self.assertEqual(server.get("/health/ping").status, 200)


if __name__ == "__main__":
    unittest.main()
