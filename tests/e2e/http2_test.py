"""HTTP/2 at the front door, with clients that are not ours: curl, and h2load for many streams at a time."""
import base64
import json
import re
import subprocess
import unittest

from harness import wait_until
from tls_test import TlsCase, make_certificate

BODY = json.dumps({"data": {"ndarray": [[1]]}})


def predictions(deployment):
    return f"/deployment/{deployment}/api/v1.0/predictions"


class Http2(TlsCase):
    def curl(self, url, *arguments, body=None):
        """The answer's protocol, status and body."""
        asked = ["curl", "-sS", "--max-time", "60", "-w", "\n%{http_version} %{http_code}", *arguments, url]
        if body is not None:
            asked += ["-H", "content-type: application/json", "--data-binary", "@-"]
        done = subprocess.run(asked, input=body, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        text, _, last = done.stdout.rpartition("\n")
        version, status = last.split()
        return version, int(status), text

    def load(self, url, *arguments):
        """How many requests of h2load got which class of answer."""
        done = subprocess.run(["h2load", *arguments, url], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        counted = re.search(r"requests: (\d+) total, \d+ started, \d+ done, (\d+) succeeded, (\d+) failed", done.stdout)
        self.assertIsNotNone(counted, done.stdout)
        return [int(number) for number in counted.groups()], done.stdout

    def metrics(self, server):
        status, targets = server.api("GET", "/api/v1/metrics/targets")
        self.assertEqual(status, 200, targets)
        address = next(t["targets"][0] for t in targets if "gateway" in json.dumps(t["labels"]))
        return self.curl(f"http://{address}/metrics", "--http2-prior-knowledge")[2]

    def test_curl_predicts_over_http_2_with_and_without_tls(self):
        pair = make_certificate(self.folder, "one", "models.example", "localhost")
        server = self.start(f"--tls-certificates={pair}")
        public = self.deploy(server, name="public", id="public")
        self.deploy(server, name="private", id="private", access="private")
        status, client = server.api("POST", "/api/v1/deployments/private/clients", {"name": "ada"})
        self.assertEqual(status, 201, client)
        basic = "Basic " + base64.b64encode(f"ada:{client['token']}".encode()).decode()
        plain, secure = server.url, f"https://{server.tls_netloc}"
        for url, how in ((plain, ["--http2-prior-knowledge"]), (secure, ["-k", "--http2"])):
            version, status, text = self.curl(url + predictions(public), *how, body=BODY)
            self.assertEqual((version, status), ("2", 200), text)
            self.assertIn("data", json.loads(text))
            self.assertEqual(self.curl(url + predictions("private"), *how, body=BODY)[:2], ("2", 401))
            signed = [*how, "-H", f"authorization: {basic}"]
            self.assertEqual(self.curl(url + predictions("private"), *signed, body=BODY)[:2], ("2", 200))
            self.assertEqual(self.curl(url + predictions("none"), *how, body=BODY)[:2], ("2", 404))
            big = json.dumps({"data": {"ndarray": [[1] * 400_000]}})
            self.assertEqual(self.curl(url + predictions(public), *how, body=big)[:2], ("2", 200))
            version, status, text = self.curl(url + "/healthz", *how)
            self.assertEqual((version, status), ("2", 200), text)
        # Who wants HTTP/1.1 gets it, also one that would rather upgrade without TLS.
        self.assertEqual(self.curl(secure + "/healthz", "-k", "--http1.1")[:2], ("1.1", 200))
        self.assertEqual(self.curl(plain + "/healthz", "--http2")[:2], ("1.1", 200))
        for tls in "01":
            counted = rf'^slipway_gateway_protocol_connections_total{{protocol="h2",tls="{tls}"}} [6-9]$'
            self.assertIsNotNone(wait_until(lambda: re.search(counted, self.metrics(server), re.M), counted))
        log = server.state / "gateway" / "access.log"
        came_by = {(line["protocol"], line.get("tls")) for line in map(json.loads, log.read_text().splitlines())}
        self.assertLessEqual({("HTTP/2", None), ("HTTP/2", "TLSv1.3")}, came_by)

    def test_many_streams_at_a_time_are_all_answered(self):
        pair = make_certificate(self.folder, "one", "models.example", "localhost")
        server = self.start(f"--tls-certificates={pair}")
        deployment = self.deploy(server, name="public", id="public")
        body = self.folder / "body.json"
        body.write_text(BODY)
        common = ["-c", "4", "-m", "32", "-d", str(body), "-H", "content-type: application/json"]
        for url in (server.url, f"https://{server.tls_netloc}"):
            (total, succeeded, failed), text = self.load(url + predictions(deployment), "-n", "4000", *common)
            self.assertEqual((total, succeeded, failed), (4000, 4000, 0), text)
        self.assertIn("slipway_gateway_http2_floods_total 0", self.metrics(server))


if __name__ == "__main__":
    unittest.main()
