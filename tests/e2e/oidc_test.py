"""Sign-in through a real OpenID provider: npm's oidc-provider, driven as a browser would drive it."""
import json
import os
import pathlib
import re
import subprocess
import unittest
import urllib.parse

import requests

from harness import Slipwayd

SECRET = "a secret/with+signs that are encoded"


class Provider:
    """One oidc-provider process; it can be ended and started again on the same port with new keys."""

    def __init__(self, folder):
        self.people_file = folder / "people.json"
        self.port = 0
        self.process = None

    def people(self, **claims):
        self.people_file.write_text(json.dumps(claims))

    def start(self, redirect_uri=None, algorithm="RS256", id_token_claims=True):
        program = pathlib.Path(os.environ["SLIPWAY_TEST_OIDC"]) / "provider.mjs"
        with open(self.people_file.with_name("provider.log"), "ab") as log:
            self.process = subprocess.Popen(["node", program, str(self.port)], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=log, text=True)
        self.issuer = json.loads(self.process.stdout.readline())["issuer"]
        self.port = urllib.parse.urlparse(self.issuer).port
        if redirect_uri:
            self.serve(redirect_uri, algorithm, id_token_claims)
        return self

    def serve(self, redirect_uri, algorithm="RS256", id_token_claims=True):
        self.redirect_uri = redirect_uri
        self.process.stdin.write(json.dumps({
            "redirect_uri": redirect_uri, "client_id": "slipway", "client_secret": SECRET,
            "algorithm": algorithm, "id_token_claims": id_token_claims,
            "people": str(self.people_file)}) + "\n")
        self.process.stdin.flush()
        assert json.loads(self.process.stdout.readline())["ready"]

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None

    def restart_with_new_keys(self, **how):
        self.stop()
        self.start(self.redirect_uri, **how)


class Browser:
    """Follows redirects, keeps cookies, fills in the provider's forms for login and consent."""

    def __init__(self, server):
        self.server = server
        self.session = requests.Session()
        # Environments with a proxy must not send loopback requests there.
        self.session.trust_env = False

    def go(self, url, **form):
        if form:
            answer = self.session.post(url, data=form, allow_redirects=False, timeout=60)
        else:
            answer = self.session.get(url, allow_redirects=False, timeout=60)
        return answer

    def sign_in(self, account, return_to="/api/v1/me"):
        """Ends with the answer of Slipway's callback, its redirect not followed."""
        url = f"{self.server.url}/api/v1/session/oidc?return={urllib.parse.quote(return_to)}"
        answer = self.go(url)
        for _ in range(20):
            if urllib.parse.urlparse(url).path == "/api/v1/session/oidc/callback":
                return answer
            if answer.is_redirect:
                url = urllib.parse.urljoin(url, answer.headers["Location"])
                answer = self.go(url)
                continue
            assert answer.status_code == 200, f"{url}: {answer.status_code} {answer.text}"
            action = re.search(r'<form[^>]* action="([^"]+)"', answer.text).group(1)
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text).group(1)
            url = urllib.parse.urljoin(url, action)
            answer = self.go(url, prompt=prompt, login=account, password="any")
        raise AssertionError(f"the sign-in does not come back; the last page is {url}")

    def me(self):
        answer = self.session.get(f"{self.server.url}/api/v1/me", timeout=60)
        return answer.status_code, answer.json()


def serve_with_provider(case):
    """A server and the provider that it trusts, both ended with the test."""
    server = Slipwayd("--engine=mock", environment={"SLIPWAY_OIDC_CLIENT_SECRET": SECRET})
    case.addCleanup(server.discard)
    provider = Provider(server.state).start()
    case.addCleanup(provider.stop)
    provider.people(
        grace={"preferred_username": "Grace", "name": "Grace Hopper", "email": "grace@example.org",
               "groups": ["cn=staff,ou=teams", "elsewhere"]},
        eve={"preferred_username": "admin", "groups": ["root"]})
    server.flags += [
        f"--oidc-issuer={provider.issuer}", "--oidc-client-id=slipway",
        "--oidc-scopes=openid profile email groups", "--oidc-label=Company account",
        "--oidc-group-map=cn=staff,ou=teams=default; leads=default:admin"]
    server.start()
    return server, provider


class Oidc(unittest.TestCase):
    def setUp(self):
        self.server, self.provider = serve_with_provider(self)
        self.callback = f"{self.server.url}/api/v1/session/oidc/callback"

    def browser(self):
        browser = Browser(self.server)
        self.addCleanup(browser.session.close)
        return browser

    def test_signs_in_with_the_mapped_groups_through_rotated_keys_until_disabled(self):
        self.provider.serve(self.callback)
        providers = self.server.api("GET", "/api/v1/session/providers", token=False)[1]["items"]
        self.assertEqual(providers[0]["label"], "Company account")

        browser = self.browser()
        back = browser.sign_in("grace", "/api/v1/me?x=1")
        self.assertEqual((back.status_code, back.headers.get("Location")), (302, "/api/v1/me?x=1"), back.text)
        status, me = browser.me()
        self.assertEqual((status, me["user"], me["groups"], me["admin"]), (200, "grace", ["default"], False), me)

        # New keys of another kind on the same port, and a person who leads now.
        self.provider.people(grace={"preferred_username": "grace", "groups": ["leads"]})
        self.provider.restart_with_new_keys(algorithm="ES256")
        again = self.browser()
        back = again.sign_in("grace")
        self.assertEqual(back.status_code, 302, back.text)
        self.assertEqual(again.me()[1]["user"], "grace")

        # The callback's address is worth nothing a second time, nor in another browser.
        self.assertEqual(again.go(back.url).status_code, 400)

        status, answer = self.server.api("PATCH", "/api/v1/users/grace", {"disabled": True})
        self.assertEqual(status, 200, answer)
        self.assertEqual(again.me()[0], 401)
        refused = self.browser().sign_in("grace")
        self.assertEqual(refused.status_code, 403)
        self.assertIn("'grace' is disabled", refused.json()["detail"])

    def test_signs_in_with_other_algorithms_and_with_claims_from_userinfo(self):
        self.provider.serve(self.callback, "PS256", id_token_claims=False)
        self.assertEqual(self.browser().sign_in("grace").status_code, 302)
        self.provider.restart_with_new_keys(algorithm="EdDSA")
        back = self.browser().sign_in("grace")
        self.assertEqual(back.status_code, 302, back.text)

    def test_never_hands_a_local_user_over_and_shows_the_secret_nowhere(self):
        self.provider.serve(self.callback)
        refused = self.browser().sign_in("eve")
        self.assertEqual(refused.status_code, 409)
        self.assertIn("another user 'admin'", refused.json()["detail"])
        self.assertNotIn(SECRET, self.server.log_text())
        for role in ("control", "gateway"):
            arguments = pathlib.Path(f"/proc/{self.server.child(role)}/cmdline").read_text()
            self.assertNotIn(SECRET, arguments)
        environment = pathlib.Path(f"/proc/{self.server.child('gateway')}/environ").read_text()
        self.assertNotIn("SLIPWAY_OIDC_CLIENT_SECRET", environment)


if __name__ == "__main__":
    unittest.main()
