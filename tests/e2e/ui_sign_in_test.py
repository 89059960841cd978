"""The sign-in button of a real OpenID provider, pressed in Debian's chromium."""
import unittest

from oidc_test import serve_with_provider
from ui_driver import drive


class UiSignIn(unittest.TestCase):
    def test_the_button_of_the_provider_signs_in_and_comes_back_to_the_page(self):
        server, provider = serve_with_provider(self)
        provider.serve(f"{server.url}/api/v1/session/oidc/callback")
        status, told = drive(server, "sign_in.mjs", UI_PROVIDER=provider.issuer)
        print(told)
        self.assertEqual(status, 0, told)

if __name__ == "__main__":
    unittest.main()
