"""TLS at the front door: predictions, API and cookies over it, certificates by name, their replacement under load."""
import base64
import http.client
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import tempfile
import unittest
import urllib.parse
import warnings

from harness import BIN, ROOT, Load, Slipwayd, wait_until
from webhooks_test import Receiver


def make_certificate(folder, stem, *names, days=90, valid_for_all=False):
    """A certificate of its own authority, as `folder/stem.pem` and `folder/stem.key`; returns "chain=key"."""
    chain, key = folder / f"{stem}.pem", folder / f"{stem}.key"
    fresh_chain, fresh_key = folder / f"{stem}.pem.new", folder / f"{stem}.key.new"
    asked = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
             f"/CN={names[0]}", "-addext", "subjectAltName=" + ",".join(f"DNS:{n}" for n in names),
             "-keyout", fresh_key, "-out", fresh_chain]
    if days > 0:
        subprocess.run([*asked, "-x509", "-days", str(days)], check=True, capture_output=True)
    else:
        subprocess.run(asked, check=True, capture_output=True)
        sign_for_the_past(folder, fresh_chain, fresh_key)
    os.chmod(fresh_key, 0o644 if valid_for_all else 0o600)
    fresh_key.rename(key)
    fresh_chain.rename(chain)
    return f"{chain}={key}"


def sign_for_the_past(folder, request, key):
    """Makes of the request a certificate that ended in 2021: only `openssl ca` signs such a thing."""
    (folder / "ca.cnf").write_text(
        f"[ca]\ndefault_ca=own\n[own]\ndatabase={folder}/ca.txt\nnew_certs_dir={folder}\nrand_serial=yes\n"
        "default_md=sha256\npolicy=any\ncopy_extensions=copy\n[any]\ncommonName=supplied\n")
    (folder / "ca.txt").touch()
    signed = folder / "signed.pem"
    subprocess.run(["openssl", "ca", "-batch", "-selfsign", "-notext", "-config", folder / "ca.cnf", "-keyfile", key,
                    "-in", request, "-out", signed, "-startdate", "20200101000000Z", "-enddate", "20210101000000Z"],
                   check=True, capture_output=True)
    signed.rename(request)


def trusting(version=None):
    """A client that asks for nothing but TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if version is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = version
    return context


def der(pem_file):
    certificate, end, _ = pathlib.Path(pem_file).read_text().partition("-----END CERTIFICATE-----")
    return ssl.PEM_cert_to_DER_cert(certificate + end)


class TlsLoad(Load):
    """A load whose connections last for a few requests each, so that there are handshakes all the time."""

    def connect(self):
        connection = http.client.HTTPSConnection(self.server.tls_netloc, timeout=60, context=trusting())
        plain_request, left = connection.request, [20]

        def request(*arguments):
            left[0] -= 1
            if left[0] == 0:
                connection.close()  # the next request opens it anew
                left[0] = 20
            plain_request(*arguments)

        connection.request = request
        return connection


class TlsServer(Slipwayd):
    def wait_ready(self):
        super().wait_ready()
        self.tls_netloc = urllib.parse.urlparse((self.state / "tls_url").read_text().strip()).netloc

    def secure(self, method, path, body=None, headers=None, context=None):
        connection = http.client.HTTPSConnection(self.tls_netloc, timeout=60, context=context or trusting())
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def shown(self, name=None):
        """The certificate that a client is shown which asks for `name`."""
        host, port = self.tls_netloc.split(":")
        with ssl.create_connection((host, int(port)), timeout=60) as plain:
            with trusting().wrap_socket(plain, server_hostname=name) as secure:
                return secure.getpeercert(binary_form=True)


class TlsCase(unittest.TestCase):
    """A Slipway with TLS whose models are processes."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="slipway-tls-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def start(self, *flags):
        server = TlsServer("--engine=process", "--tls-listen=127.0.0.1:0", *flags)
        self.addCleanup(server.discard)
        folder = server.model_folder("tiny")
        source = ROOT / "tests/support/tiny_model"
        subprocess.run(["gcc", "-O2", "-static", "-pthread", "-o", folder / "tiny_model", source / "tiny_model.c"],
                       check=True)
        shutil.copy(source / "slipway-model.toml", folder)
        server.start()
        self.addCleanup(lambda: server.process is not None and server.delete_all())
        return server

    def deploy(self, server, **wanted):
        made = server.create(image="tiny", replicas=1, **wanted)
        server.wait_phase(made["id"], "Deployed")
        return made["id"]


class Tls(TlsCase):
    def test_predictions_api_and_cookies_go_over_tls(self):
        pair = make_certificate(self.folder, "one", "models.example", "localhost")
        server = self.start(f"--tls-certificates={pair}")
        public = self.deploy(server, name="public", id="public")
        private = self.deploy(server, name="private", id="private", access="private")
        status, client = server.api("POST", "/api/v1/deployments/private/clients", {"name": "ada"})
        self.assertEqual(status, 201, client)
        basic = "Basic " + base64.b64encode(f"ada:{client['token']}".encode()).decode()
        body, kind = json.dumps({"data": {"ndarray": [[1]]}}), {"Content-Type": "application/json"}
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            for deployment, headers, expected in ((public, {}, 200), (private, {}, 401),
                                                  (private, {"Authorization": basic}, 200)):
                status, data, _ = server.secure("POST", f"/deployment/{deployment}/api/v1.0/predictions", body,
                                                {**kind, **headers}, trusting(version))
                self.assertEqual(status, expected, (version, deployment, data))
        # Somebody else's client, which trusts this certificate and no other, and checks the name.
        port = server.tls_netloc.split(":")[1]
        for version in (["--tlsv1.2", "--tls-max", "1.2"], ["--tlsv1.3"]):
            done = subprocess.run(
                ["curl", "--silent", "--show-error", "--fail", "--cacert", self.folder / "one.pem", *version,
                 "--resolve", f"models.example:{port}:127.0.0.1", "-H", "Content-Type: application/json",
                 "-d", body, f"https://models.example:{port}/deployment/public/api/v1.0/predictions"],
                capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("data", json.loads(done.stdout))
        # The API, a session by cookie included, and what is for gateways alone.
        status, data, _ = server.secure("GET", "/api/v1/me", headers={"Authorization": f"Bearer {server.token}"})
        self.assertEqual(status, 200, data)
        sign_in = json.dumps({"user": "admin", "cookie": True,
                              "password": server.environment["SLIPWAY_ADMIN_PASSWORD"]})
        own = {**kind, "Origin": f"https://{server.tls_netloc}"}
        status, data, fields = server.secure("POST", "/api/v1/session", sign_in, own)
        self.assertEqual(status, 201, data)
        self.assertIn("; Secure", fields["Set-Cookie"])
        status, data, fields = server.http("POST", "/api/v1/session", sign_in, kind, token=False)
        self.assertEqual(status, 201, data)
        self.assertNotIn("Secure", fields["Set-Cookie"])
        status, _, _ = server.secure("POST", "/api/v1/session", sign_in, {**kind, "Origin": "https://elsewhere.example"})
        self.assertEqual(status, 403)
        self.assertEqual(server.secure("GET", "/internal/v1/snapshot")[0], 404)

    def test_old_versions_and_plain_http_are_refused_and_big_bodies_pass(self):
        pair = make_certificate(self.folder, "one", "models.example")
        server = self.start(f"--tls-certificates={pair}")
        deployment = self.deploy(server, name="public", id="public")
        old = trusting(ssl.TLSVersion.TLSv1_1)
        old.set_ciphers("ALL:@SECLEVEL=0")  # the client would
        with self.assertRaises(ssl.SSLError):
            server.secure("GET", "/healthz", context=old)
        connection = http.client.HTTPConnection(server.tls_netloc, timeout=60)
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        self.assertEqual(answer.status, 400)
        self.assertIn("https://", json.loads(answer.read())["detail"])
        connection.close()
        three = trusting()
        three.set_alpn_protocols(["h3"])
        with self.assertRaises(ssl.SSLError):
            server.secure("GET", "/healthz", context=three)
        big = json.dumps({"data": {"ndarray": [[1] * 400_000]}})
        status, data, _ = server.secure("POST", f"/deployment/{deployment}/api/v1.0/predictions", big,
                                        {"Content-Type": "application/json"})
        self.assertEqual(status, 200, data[:300])
        metrics = self.gateway_metrics(server)
        self.assertIn('slipway_gateway_tls_failures_total{cause="plain_http"} 1', metrics)
        self.assertIn('slipway_gateway_tls_failures_total{cause="handshake"} 2', metrics)
        self.assertIn('slipway_gateway_certificate_expiry_timestamp_seconds{name="models.example"} ', metrics)

    def gateway_metrics(self, server):
        status, targets = server.api("GET", "/api/v1/metrics/targets")
        self.assertEqual(status, 200, targets)
        address = next(t["targets"][0] for t in targets if "gateway" in json.dumps(t["labels"]))

        def counted():
            connection = http.client.HTTPConnection(address, timeout=60)
            connection.request("GET", "/metrics")
            text = connection.getresponse().read().decode()
            connection.close()
            return text if 'cause="handshake"} 2' in text else None

        return wait_until(counted, "the counters of both workers")

    def test_certificates_are_chosen_by_name_and_replaced_under_load(self):
        first = make_certificate(self.folder, "first", "first.example")
        other = make_certificate(self.folder, "other", "*.other.example", "exact.example")
        server = self.start(f"--tls-certificates={first};{other}")
        for name, stem in ((None, "first"), ("first.example", "first"), ("unknown.example", "first"),
                           ("exact.example", "other"), ("a.other.example", "other"), ("a.b.other.example", "first")):
            self.assertEqual(server.shown(name), der(self.folder / f"{stem}.pem"), name)
        deployment = self.deploy(server, name="public", id="public")
        with TlsLoad(server, deployment, connections=4, pace=0.002) as load:
            load.wait_more(50)
            # A key that does not fit: the old certificate stays.
            before = der(self.folder / "other.pem")
            kept = (self.folder / "other.pem").read_bytes()
            make_certificate(self.folder, "other", "exact.example")
            fresh = (self.folder / "other.pem").read_bytes()
            (self.folder / "other.pem").write_bytes(kept)
            wait_until(lambda: "changed certificates cannot be used" in server.log_text(), "the refusal")
            self.assertIn("the key is not that of the certificate", server.log_text())
            self.assertEqual(server.shown("exact.example"), before)
            # The one that fits.
            (self.folder / "other.pem").write_bytes(fresh)
            new = der(self.folder / "other.pem")
            self.assertNotEqual(new, before)
            wait_until(lambda: all(server.shown("exact.example") == new for _ in range(8)), "the new certificate")
            self.assertEqual(server.shown("first.example"), der(self.folder / "first.pem"))
            load.wait_more(50)
            # Over a gateway that dies it is still the new one, of whoever starts next.
            first_gateway = server.child("gateway")
        self.assertEqual(load.failures, [])
        server.kill_child("gateway")
        wait_until(lambda: server.child("gateway") not in (None, first_gateway), "a new gateway")
        server.wait_ready()
        self.assertEqual(server.shown("exact.example"), new)

    def test_a_self_signed_certificate_is_made_once_and_kept(self):
        server = self.start("--tls-self-signed=localhost,127.0.0.1")
        file = server.state / "self-signed.pem"
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        checked = ssl.create_default_context(cafile=file)
        self.assertEqual(server.secure("GET", "/healthz", context=checked)[0], 200)
        before = server.shown()
        seen = wait_until(lambda: server.api("GET", "/api/v1/system")[1]["gateways"][0]["certificates"], "its certificate in the system's report")
        self.assertEqual([(one["name"], one["ends_at"][-1]) for one in seen], [("localhost", "Z")])
        self.assertIn("localhost", server.cli("system").stdout)
        server.terminate()
        server.start()
        self.assertEqual(server.shown(), before)
        self.assertEqual(server.shown(), der(file))
        self.assertNotIn("PRIVATE KEY", server.log_text())

    def test_a_certificate_that_ends_soon_is_told_to_webhooks_of_the_platform_once(self):
        receiver = Receiver(204)
        self.addCleanup(receiver.end)
        pair = make_certificate(self.folder, "short", "short.example", days=10)
        server = self.start(f"--tls-certificates={pair}", "--webhook-private-addresses=127.0.0.1")
        status, made = server.api("POST", "/api/v1/webhooks", {
            "group": None, "name": "Certificates", "url": receiver.url, "events": ["certificate.expiring"]})
        self.assertEqual(status, 201, made)
        [(_, body)] = wait_until(lambda: receiver.of_type("certificate.expiring"), "the notice")
        told = json.loads(body)["data"]
        self.assertEqual((told["certificate"]["name"], told["expired"], told["gateways"]),
                         ("short.example", False, ["gateway"]))
        # The next threshold, of a certificate that takes its place, is another notice; over a restart nothing is.
        make_certificate(self.folder, "short", "short.example", days=2)
        wait_until(lambda: len(receiver.of_type("certificate.expiring")) == 2, "the second notice", 150)
        server.terminate()
        server.start()
        wait_until(lambda: "slipway_gateways 1" in server.http("GET", "/metrics")[1].decode(), "the gateway")
        self.assertEqual(len(receiver.of_type("certificate.expiring")), 2)

    def refusal(self, *flags):
        """What slipwayd says when it does not start; `config check` says the same."""
        state = self.folder / "state"
        shutil.rmtree(state, ignore_errors=True)
        ended = subprocess.run([BIN / "slipwayd", f"--state-dir={state}", "--listen=127.0.0.1:0", "--engine=mock",
                                *flags], capture_output=True, text=True, timeout=60)
        self.assertEqual(ended.returncode, 78, ended.stderr)
        checked = subprocess.run([BIN / "slipwayd", "config", "check", f"--state-dir={state}", *flags],
                                 capture_output=True, text=True, timeout=60)
        self.assertEqual(checked.returncode, 2, checked.stdout + checked.stderr)
        said = ended.stderr.strip().splitlines()[-1]
        self.assertEqual(checked.stderr.strip(), said)
        return said

    def test_wrong_settings_say_what_where_and_what_to_do(self):
        listen = "--tls-listen=127.0.0.1:0"
        good = make_certificate(self.folder, "good", "good.example")
        make_certificate(self.folder, "another", "another.example")
        folder = self.folder
        self.assertIn("tls_self_signed to try it out", self.refusal(listen))
        self.assertIn("set tls_listen too", self.refusal(f"--tls-certificates={good}"))
        self.assertIn("CERTIFICATE_FILE=KEY_FILE", self.refusal(listen, f"--tls-certificates={folder}/good.pem"))
        said = self.refusal(listen, f"--tls-certificates={folder}/missing.pem={folder}/good.key")
        self.assertIn(f"{folder}/missing.pem", said)
        said = self.refusal(listen, f"--tls-certificates={folder}/good.pem={folder}/missing.key")
        self.assertIn(f"{folder}/missing.key", said)
        said = self.refusal(listen, f"--tls-certificates={folder}/good.pem={folder}/another.key")
        self.assertIn("the key is not that of the certificate", said)
        self.assertIn(f"{folder}/another.key", said)
        expired = make_certificate(self.folder, "expired", "old.example", days=-1)
        said = self.refusal(listen, f"--tls-certificates={good};{expired}")
        self.assertIn("expired.pem of old.example expired at", said)
        open_to_all = make_certificate(self.folder, "open", "open.example", valid_for_all=True)
        said = self.refusal(listen, f"--tls-certificates={open_to_all}")
        self.assertIn(f"chmod o= {folder}/open.key", said)


if __name__ == "__main__":
    unittest.main()
