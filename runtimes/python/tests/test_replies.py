"""The reply bodies of the Seldon contract, byte for byte (rows W1 to W12), and request forms."""

import json
import unittest

from tests.model_server import IDENTITY, ModelServer


def source(members):
    """A model that gives back what it gets, with more members."""
    return "import numpy as np\n" + IDENTITY + members


class IdentityReplies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = ModelServer()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.ready()

    def assert_reply(self, message, expected):
        reply = self.server.predict(message)
        self.assertEqual((reply.status, reply.text), (200, expected + "\n"))
        self.assertEqual(reply.headers["Content-Type"], "application/json")

    def test_w1_a_tensor_is_answered_with_a_tensor(self):
        self.assert_reply(
            {"data": {"names": ["a", "b"], "tensor": {"shape": [2, 2], "values": [0, 0, 1, 1]}}},
            '{"data":{"names":["t:0","t:1"],"tensor":{"shape":[2,2],"values":[0,0,1,1]}},"meta":{}}')

    def test_w3_one_dimension_has_no_names(self):
        self.assert_reply({"data": {"ndarray": [1, 2]}},
                          '{"data":{"names":[],"ndarray":[1,2]},"meta":{}}')

    def test_w4_a_string_is_answered_with_a_string(self):
        self.assert_reply({"strData": "hello"}, '{"meta":{},"strData":"hello"}')

    def test_w5_an_object_is_answered_with_json_data(self):
        self.assert_reply({"jsonData": {"a": 1}}, '{"jsonData":{"a":1},"meta":{}}')

    def test_w6_bytes_are_answered_with_bytes(self):
        self.assert_reply({"binData": "MTIz"}, '{"binData":"MTIz","meta":{}}')

    def test_w9_meta_is_empty_when_there_is_nothing_to_say(self):
        self.assert_reply({"data": {"ndarray": [[1.5]]}},
                          '{"data":{"names":["t:0"],"ndarray":[[1.5]]},"meta":{}}')

    def test_w10_numbers_beside_strings_become_strings(self):
        self.assert_reply({"data": {"ndarray": [["x", 1]]}},
                          '{"data":{"names":["t:0","t:1"],"ndarray":[["x","1"]]},"meta":{}}')

    def test_w11_ragged_rows_are_an_internal_error(self):
        reply = self.server.predict({"data": {"ndarray": [[1, 2], [3]]}})
        self.assertEqual(reply.status, 500)
        self.assertEqual(reply.json["status"]["reason"], "MICROSERVICE_INTERNAL_ERROR")

    def test_w12_nan_is_an_error_and_never_invalid_json(self):
        reply = self.server.predict('{"data":{"tensor":{"shape":[1],"values":[NaN]}}}')
        self.assertEqual(reply.status, 500)
        self.assertEqual(reply.json["status"]["reason"], "MICROSERVICE_INTERNAL_ERROR")
        self.assertIn("NaN or Infinity", reply.json["status"]["info"])

    def test_a_json_list_without_data_is_answered_with_a_tensor(self):
        self.assert_reply({"jsonData": [1, 2]},
                          '{"data":{"names":[],"tensor":{"shape":[2],"values":[1,2]}},"meta":{}}')

    def test_strings_in_a_list_are_answered_with_an_ndarray(self):
        self.assert_reply({"jsonData": ["a"]}, '{"data":{"names":[],"ndarray":["a"]},"meta":{}}')

    def test_routing_is_dropped_and_request_path_kept(self):
        self.assert_reply(
            {"meta": {"routing": {"r": 1}, "requestPath": {"first": "a:1"}}, "strData": "x"},
            '{"meta":{"requestPath":{"first":"a:1"}},"strData":"x"}')

    def test_every_prediction_path_answers(self):
        for path in ("/predict", "/api/v1.0/predictions", "/api/v0.1/predictions"):
            with self.subTest(path):
                self.assertEqual(self.server.post(path, {"strData": path}).json["strData"], path)

    def test_the_internal_path_answers_get(self):
        reply = self.server.get("/predict?json=%7B%22strData%22%3A%22x%22%7D")
        self.assertEqual((reply.status, reply.json["strData"]), (200, "x"))

    def test_a_form_field_carries_the_message(self):
        reply = self.server.request("POST", "/predict", "json=%7B%22strData%22%3A%22f%22%7D",
                                    {"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual((reply.status, reply.json["strData"]), (200, "f"))

    def multipart(self, *parts):
        body = b"".join(b"--B\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + content
                        + b"\r\n" for head, content in parts) + b"--B--\r\n"
        return self.server.request("POST", "/predict", body,
                                   {"Content-Type": "multipart/form-data; boundary=B"})

    def test_multipart_bytes_come_from_a_file(self):
        reply = self.multipart((b'name="binData"; filename="f"', b"\x00\xff"))
        self.assertEqual((reply.status, reply.json["binData"]), (200, "AP8="))

    def test_multipart_text_comes_from_a_field_or_a_file(self):
        for head in (b'name="strData"', b'name="strData"; filename="f"'):
            reply = self.multipart((head, "gr\u00fcn".encode()))
            self.assertEqual((reply.status, reply.json["strData"]), (200, "gr\u00fcn"))

    def test_other_multipart_parts_are_json(self):
        reply = self.multipart((b'name="data"', b'{"ndarray":[[1]]}'),
                               (b'name="meta"', b'{"puid":"p"}'))
        self.assertEqual(reply.json, {"data": {"names": ["t:0"], "ndarray": [[1]]},
                                      "meta": {"puid": "p"}})

    def test_ping_and_default_status(self):
        ping = self.server.get("/health/ping")
        self.assertEqual((ping.status, ping.text), (200, "pong"))
        self.assertTrue(ping.headers["Content-Type"].startswith("text/html"))
        for path in ("/health/status", "/api/v1.0/health/status"):
            self.assertEqual(self.server.get(path).text, '{"meta":{},"strData":"healthy"}\n')

    def test_feedback_without_a_hook_answers_in_the_form_of_the_request(self):
        for path in ("/send-feedback", "/api/v1.0/feedback", "/api/v0.1/feedback"):
            reply = self.server.post(path, {"request": {"data": {"ndarray": [[1]]}}, "reward": 1})
            self.assertEqual(reply.text, '{"data":{"ndarray":[]},"meta":{}}\n')
            reply = self.server.post(path, {"reward": 0.5})
            self.assertEqual(reply.text, '{"data":{"tensor":{"shape":[0]}},"meta":{}}\n')

    def test_any_origin_may_call(self):
        self.assertEqual(self.server.get("/health/ping").headers["Access-Control-Allow-Origin"], "*")


class ModelReplies(unittest.TestCase):
    def assert_reply(self, members, message, expected, **environment):
        with ModelServer(source(members), **environment).ready() as server:
            reply = server.predict(message)
            self.assertEqual((reply.status, reply.text), (200, expected + "\n"))

    def test_w1_the_image_is_reported_in_request_path(self):
        self.assert_reply("", {"data": {"tensor": {"shape": [1, 1], "values": [1]}}},
                          '{"data":{"names":["t:0"],"tensor":{"shape":[1,1],"values":[1]}},'
                          '"meta":{"requestPath":{"model":"acme/iris:0.1"}}}',
                          PREDICTIVE_UNIT_ID="model", PREDICTIVE_UNIT_IMAGE="acme/iris:0.1")

    def test_w2_class_names_may_be_an_attribute_or_a_method(self):
        for members in ("    class_names = ['x', 'y']", "    class_names = np.array(['x', 'y'])",
                        "    def class_names(self): return ['x', 'y']"):
            with self.subTest(members):
                self.assert_reply(members, {"data": {"ndarray": [[1, 2]]}},
                                  '{"data":{"names":["x","y"],"ndarray":[[1,2]]},"meta":{}}')

    def test_w7_an_array_for_a_string_is_a_tensor(self):
        self.assert_reply("    def predict(self, X): return np.array([1, 2, 3])", {"strData": "x"},
                          '{"data":{"names":[],"tensor":{"shape":[3],"values":[1,2,3]}},"meta":{}}')

    def test_w8_tags_are_joined_and_puid_echoed(self):
        self.assert_reply(
            "    def tags(self): return {'mytag': 1}",
            {"meta": {"puid": "abc", "tags": {"foo": "bar"}}, "data": {"ndarray": [[1]]}},
            '{"data":{"names":["t:0"],"ndarray":[[1]]},"meta":{"puid":"abc",'
            '"tags":{"foo":"bar","mytag":1}}}')

    METRICS = "    def metrics(self): return [{'key': 'k', 'type': 'COUNTER', 'value': 1}]"

    def test_metrics_follow_those_of_the_request(self):
        old = {"key": "old", "type": "GAUGE", "value": 2}
        with ModelServer(source(self.METRICS)).ready() as server:
            reply = server.predict({"meta": {"metrics": [old]}, "strData": "x"})
            self.assertEqual(reply.json["meta"]["metrics"],
                             [old, {"key": "k", "type": "COUNTER", "value": 1}])

    def test_metrics_can_be_kept_from_clients(self):
        self.assert_reply(self.METRICS, {"strData": "x"}, '{"meta":{},"strData":"x"}',
                          INCLUDE_METRICS_IN_CLIENT_RESPONSE="false")

    def test_a_seldon_response_carries_its_own_tags_and_metrics(self):
        own = "    def predict(self, X): return SeldonResponse(data=X, tags={'t': 1}, metrics=[" \
              "{'key': 'm', 'type': 'TIMER', 'value': 1.5}])"
        expected = ('{"meta":{"metrics":[{"key":"m","type":"TIMER","value":1.5}],"tags":{"t":1}},'
                    '"strData":"x"}')
        foreign = ("\nclass SeldonResponse:\n    def __init__(self, data, tags, metrics):\n"
                   "        self.data, self.tags, self.metrics = data, tags, metrics\n")
        self.assert_reply(own + "\nfrom slipway_model import SeldonResponse\n", {"strData": "x"},
                          expected)
        self.assert_reply(own + foreign, {"strData": "x"}, expected)

    def test_predict_may_take_fewer_arguments(self):
        message = {"meta": {"puid": "p"}, "data": {"names": ["a"], "ndarray": [[1]]}}
        for signature, result in (("X", "-"), ("X, names", "['a']"), ("X, meta=None", "p"),
                                  ("X, names=None, meta=None", "['a']p"),
                                  ("X, features_names, **kw", "['a']p"), ("*args", "['a']p"),
                                  ("X, *, meta", "p")):
            got = {"-": "'-'", "['a']": "str(names)", "p": "meta['puid']",
                   "['a']p": "str(names) + meta['puid']"}[result]
            if "features_names" in signature:
                got = "str(features_names) + kw['meta']['puid']"
            if signature == "*args":
                got = "str(args[1]) + args[2]['puid']"
            with self.subTest(signature):
                members = "    def predict(self, %s): return %s" % (signature, got)
                with ModelServer(source(members)).ready() as server:
                    self.assertEqual(server.predict(message).json["strData"], result)

    def test_predict_sees_the_headers_of_the_request(self):
        members = ("    def predict(self, X):\n        from flask import request\n"
                   "        return request.headers.get('X-Forwarded-User', '')")
        with ModelServer(source(members)).ready() as server:
            self.assertEqual(server.predict({"strData": ""}, X_Forwarded_User="ada")
                             .json["strData"], "ada")

    def test_predict_raw_sees_and_returns_whole_messages(self):
        members = "    def predict_raw(self, msg): return {'strData': msg['strData'] + '!'}"
        self.assert_reply(members, {"strData": "x"}, '{"strData":"x!"}')

    def test_feedback_reaches_the_hook_and_its_numbers_become_floats(self):
        members = ("    class_names = ['n']\n"
                   "    def send_feedback(self, features, names, reward, truth, routing=None):\n"
                   "        assert names == ['a'] and routing == 3, (names, routing)\n"
                   "        return [features[0][0], reward, truth[0][0]]")
        message = {"request": {"data": {"names": ["a"], "ndarray": [[7]]}}, "reward": 2,
                   "truth": {"data": {"ndarray": [[5]]}},
                   "response": {"meta": {"routing": {"unit": 3}}}}
        with ModelServer(source(members), PREDICTIVE_UNIT_ID="unit").ready() as server:
            self.assertEqual(server.post("/send-feedback", message).text,
                             '{"data":{"names":["n"],"ndarray":[7.0,2.0,5.0]},"meta":{}}\n')

    def test_health_status_is_wrapped(self):
        with ModelServer(source("    def health_status(self): return [0.5, 1.0]")).ready() as server:
            self.assertEqual(
                server.get("/health/status").text,
                '{"data":{"names":[],"tensor":{"shape":[2],"values":[0.5,1.0]}},"meta":{}}\n')

    def test_constructor_arguments_are_typed(self):
        members = ("    def __init__(self, s, i, f, b): self.a = (s, i, f, b)\n"
                   "    def predict(self, X): return repr(self.a)")
        parameters = [{"name": "s", "value": "1", "type": "STRING"},
                      {"name": "i", "value": "2", "type": "INT"},
                      {"name": "f", "value": "0.5", "type": "DOUBLE"},
                      {"name": "b", "value": "false", "type": "BOOL"}]
        with ModelServer(source(members),
                         PREDICTIVE_UNIT_PARAMETERS=json.dumps(parameters)).ready() as server:
            self.assertEqual(server.predict({"strData": ""}).json["strData"], "('1', 2, 0.5, False)")

    def test_metadata_defaults_hook_and_environment(self):
        with ModelServer(PREDICTIVE_UNIT_IMAGE="host:5000/acme/iris:0.1").ready() as server:
            for path in ("/metadata", "/api/v1.0/metadata"):
                self.assertEqual(server.get(path).text,
                                 '{"custom":{},"inputs":[],"name":"host:5000/acme/iris",'
                                 '"outputs":[],"platform":"","versions":["0.1"]}\n')
        hook = "    def init_metadata(self): return {'name': 'hook', 'platform': 'p'}"
        with ModelServer(source(hook), MODEL_METADATA='{"name":"env"}').ready() as server:
            metadata = server.get("/metadata").json
            self.assertEqual((metadata["name"], metadata["platform"]), ("env", "p"))

    def test_the_class_may_be_named_with_its_module(self):
        with ModelServer("class Other:\n    def predict(self, X): return 'other'\n",
                         model_name="Model.Other").ready() as server:
            self.assertEqual(server.predict({"strData": ""}).json["strData"], "other")


if __name__ == "__main__":
    unittest.main()
