"""What administrators, and readers of the help, want to do in the web UI, in Debian's chromium."""
import unittest

from harness import Slipwayd
from ui_driver import drive
from webhooks_test import Receiver


class UiAdmin(unittest.TestCase):
    def test_administrators_do_what_they_came_for(self):
        server = Slipwayd("--engine=mock", "--webhook-private-addresses=127.0.0.1")
        self.addCleanup(server.discard)
        server.start()
        receiver = Receiver(204)
        self.addCleanup(receiver.end)
        status, told = drive(server, "admin.mjs", UI_HOOK=receiver.url)
        print(told)
        self.assertEqual(status, 0, told)

if __name__ == "__main__":
    unittest.main()
