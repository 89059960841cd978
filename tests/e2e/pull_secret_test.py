"""Pull secrets against a real registry that wants a password (Debian's docker-registry with htpasswd, on loopback, which
Docker allows without TLS), and GPUs where there are none."""
import base64
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import EngineCase, tiny_image, wait_until

USER, PASSWORD, WRONG = "ada", "pull-me-Zk3v9", "wrong-Qx7t2"


class Registry:
    """One docker-registry on a port that the kernel chose."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="slipway-registry-"))
        hashed = subprocess.run(["htpasswd", "-iBn", USER], input=PASSWORD, check=True, capture_output=True, text=True)
        (self.folder / "htpasswd").write_text(hashed.stdout)
        # JSON is YAML.
        (self.folder / "config.yml").write_text(json.dumps({
            "version": 0.1, "storage": {"filesystem": {"rootdirectory": str(self.folder / "data")}},
            "http": {"addr": "127.0.0.1:0"},
            "auth": {"htpasswd": {"realm": "slipway", "path": str(self.folder / "htpasswd")}}}))
        self.log = self.folder / "log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(["docker-registry", "serve", self.folder / "config.yml"],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.host = "127.0.0.1:" + wait_until(self.port, "the registry to listen")

    def port(self):
        assert self.process.poll() is None, self.log.read_text()
        found = re.search(r"listening on 127\.0\.0\.1:(\d+)", self.log.read_text())
        return found and found.group(1)

    def end(self):
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.folder)


class PullSecret(EngineCase):
    def setUp(self):
        super().setUp()
        self.registry = Registry()
        self.addCleanup(self.registry.end)

    def push(self, path):
        """Builds the tiny image, pushes it, and takes it off the node again."""
        image = tiny_image(self.engine, f"{self.registry.host}/{path}:1")
        auth = base64.urlsafe_b64encode(json.dumps({"username": USER, "password": PASSWORD}).encode()).decode()
        connection_path = f"/v1.41/images/{self.registry.host}/{path}"
        status, data = self.engine.request("POST", f"{connection_path}/push?tag=1", headers={"X-Registry-Auth": auth})
        self.assertEqual(status, 200, data)
        self.assertNotIn(b'"error"', data)
        self.addCleanup(self.engine.request, "DELETE", f"{connection_path}:1?force=1")
        self.take_off(image)
        return image

    def take_off(self, image):
        status, data = self.engine.request("DELETE", f"/v1.41/images/{image}?force=1")
        self.assertIn(status, (200, 404), data)

    def secret(self, name, password, group="default", registry=None):
        status, answer = self.server.api("POST", "/api/v1/secrets", {
            "group": group, "name": name, "registry": registry or self.registry.host, "user": USER,
            "password": password})
        self.assertEqual(status, 201, answer)

    def test_right_wrong_and_no_credentials(self):
        server = self.server
        image = self.push("slipway/private")

        without = server.create(name="without", image=image)
        reason = server.wait_phase(without["id"], "Failed")["status"]["reason"]
        self.assertIn(f"registry {self.registry.host} does not give image", reason)
        self.assertIn("without credentials", reason)

        self.secret("hub", WRONG)
        wrong = server.create(name="wrong", image=image, pull_secret="hub")
        reason = server.wait_phase(wrong["id"], "Failed")["status"]["reason"]
        self.assertIn(f"registry {self.registry.host} refuses user '{USER}' of pull secret 'hub'", reason)
        self.assertIn("unauthorized", reason)
        status, answer = server.api("DELETE", "/api/v1/secrets/default/hub")
        self.assertEqual(status, 409)
        self.assertIn(wrong["id"], answer["detail"])

        # Replaced, the deployment that failed gets there by itself: this time by a Docker config.
        auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        status, answer = server.api("PUT", "/api/v1/secrets/default/hub", {
            "docker_config": {"auths": {f"http://{self.registry.host}/v2/": {"auth": auth},
                                        "ghcr.io": {"username": "x", "password": "y"}}}})
        self.assertEqual(status, 200, answer)
        server.wait_phase(wrong["id"], "Deployed")
        self.assertEqual(server.predict(wrong["id"])[0], 200)

        # One for every group is found as well.
        server.delete_all()
        self.take_off(image)
        self.secret("all", PASSWORD, group=None)
        right = server.create(name="right", image=image, pull_secret="all")
        server.wait_phase(right["id"], "Deployed")

        self.assert_no_password_anywhere()

    def test_a_dry_run_asks_the_registry_as_the_pull_would(self):
        image = self.push("slipway/private")
        self.secret("hub", PASSWORD)
        self.secret("old", WRONG)

        def sight(image, **more):
            status, answer = self.server.api("POST", "/api/v1/deployments/dry-run", {
                "name": "later", "group": "default", "image": image, **more})
            self.assertEqual(status, 200, answer)
            return answer["image"]

        self.assertEqual(sight(image, pull_secret="hub")["found"], "in_registry")
        self.assertEqual(sight(f"{self.registry.host}/slipway/none:1", pull_secret="hub")["found"], "missing")
        self.assertEqual(sight(image)["found"], "unknown")
        wrong = sight(image, pull_secret="old")
        self.assertEqual(wrong["found"], "unknown")
        self.assertIn(f"user '{USER}' of pull secret 'old'", wrong["detail"])

    def test_a_login_goes_to_its_own_registry_only(self):
        image = self.push("slipway/private")
        self.secret("other", PASSWORD, registry="registry.example:5000")
        created = self.server.create(name="other", image=image, pull_secret="other")
        reason = self.server.wait_phase(created["id"], "Failed")["status"]["reason"]
        self.assertIn("no pull secret of the deployment has any for it", reason)

    def test_a_gpu_where_there_is_none_fails_and_says_so(self):
        server = self.server
        status, answer = server.api("POST", "/api/v1/instance-types", {
            "name": "gpu-1", "display_name": "One GPU", "cpu_millis": 100, "memory_bytes": 64 * 1024 * 1024,
            "gpus": 1, "gpu_resource": "nvidia.com/gpu"})
        self.assertEqual(status, 201, answer)
        image = tiny_image(self.engine, "slipway-test/gpu:1")
        created = server.create(name="gpu", image=image, instance_type="gpu-1")
        reason = server.wait_phase(created["id"], "Failed")["status"]["reason"]
        self.assertIn("1 GPU (nvidia.com/gpu)", reason)
        server.delete_all()
        self.assertFalse([n for n in self.engine.containers().values() if created["id"] in n])

    def assert_no_password_anywhere(self):
        server = self.server
        shown = [server.http("GET", path)[1] for path in
                 ("/api/v1/secrets", "/api/v1/deployments", "/api/v1/secrets/default/hub", "/metrics")]
        server.terminate()
        files = [f for f in server.state.rglob("*") if f.is_file()]
        self.assertIn(server.state / "slipway.db", files)
        self.assertIn(server.state / "secrets.key", files)
        for password in (PASSWORD, WRONG):
            spellings = [password.encode(), base64.b64encode(f"{USER}:{password}".encode())]
            for what, content in [(f, f.read_bytes()) for f in files] + list(enumerate(shown)):
                for spelling in spellings:
                    self.assertNotIn(spelling, content, what)
        server.start()


if __name__ == "__main__":
    unittest.main()
