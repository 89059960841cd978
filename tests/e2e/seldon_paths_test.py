"""What a client of Seldon's executor asks beside predictions, of a model on the Python runtime; and paths of the model's own."""
import json
import unittest

from harness import ROOT, Slipwayd

MODEL = '''
class Echo:
    def init_metadata(self):
        return {"name": "echo", "versions": ["7"], "platform": "test"}

    def predict(self, X, names=None, meta=None):
        return X

    def health_status(self):
        return ["fine"]
'''
MANIFEST = f'''
command = ["/usr/bin/python3", "-m", "slipway_model"]

[environment]
MODEL_NAME = "Echo"
PYTHONPATH = "{ROOT / 'runtimes/python'}"
PYTHONDONTWRITEBYTECODE = "1"
SLIPWAY_MODEL_HOST = "127.0.0.1"
'''


class SeldonPaths(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Slipwayd("--engine=process")
        cls.addClassCleanup(cls.server.discard)
        folder = cls.server.model_folder("echo")
        (folder / "Echo.py").write_text(MODEL)
        (folder / "slipway-model.toml").write_text(MANIFEST)
        cls.server.start()
        cls.addClassCleanup(cls.server.delete_all)
        cls.server.create(name="echo", id="echo", image="echo")
        cls.server.wait_phase("echo", "Deployed")

    def ask(self, path, method="GET", body=None, headers=None):
        return self.server.http(method, f"/deployment/echo{path}", body, headers or {}, token=False)

    def test_the_model_tells_its_metadata_and_its_status(self):
        for version in ("v0.1", "v1.0"):
            status, data, headers = self.ask(f"/api/{version}/metadata/model")
            self.assertEqual(status, 200, data)
            self.assertEqual(json.loads(data)["versions"], ["7"])
            self.assertIn("seldon-puid", {name.lower() for name in headers})
            status, data, _ = self.ask(f"/api/{version}/status/model")
            self.assertEqual((status, b"fine" in data), (200, True), data)

    def test_readiness_and_liveness_are_answered_without_a_word(self):
        for path in ("/ready", "/live", "/api/v1.0/status", "/api/v1.0/health/status"):
            status, data, _ = self.ask(path)
            self.assertEqual((status, data), (200, b""), path)

    def test_paths_of_the_models_own_are_reached(self):
        status, data, headers = self.ask("/health/ping")
        self.assertEqual((status, data), (200, b"pong"))
        self.assertIn("sandbox", {name.lower(): value for name, value in headers.items()}["content-security-policy"])
        sent = json.dumps({"data": {"ndarray": [[1, 2]]}})
        status, data, _ = self.ask("/predict", "POST", sent, {"Content-Type": "application/json"})
        self.assertEqual(status, 200, data)
        self.assertEqual(json.loads(data)["data"]["ndarray"], [[1, 2]])
        status, data, _ = self.ask("/no/such/path")
        self.assertEqual(status, 500)  # as Seldon's wrapper says it: it is the model that answers
        self.assertIn(b"404 Not Found", data)

    def test_a_stopped_deployment_is_alive_and_not_ready(self):
        self.server.create(name="asleep", id="asleep", image="echo")
        self.server.wait_phase("asleep", "Deployed")
        status, answer = self.server.api("POST", "/api/v1/deployments/asleep/stop", {})
        self.assertIn(status, (200, 202), answer)
        self.server.wait_phase("asleep", "Stopped")
        for path, wanted in (("ready", 503), ("live", 200), ("health/ping", 503)):
            status, data, _ = self.server.http("GET", f"/deployment/asleep/{path}", token=False)
            self.assertEqual(status, wanted, (path, data))


if __name__ == "__main__":
    unittest.main()
