"""What people want to do in the web UI, in Debian's chromium, on real containers."""
import os
import subprocess
import unittest

from harness import BIN, EngineCase, tiny_image
from ui_driver import drive


class Ui(EngineCase):
    def test_people_do_what_they_came_for(self):
        image = tiny_image(self.engine, "slipway-test/ui:1")
        next_image = tiny_image(self.engine, "slipway-test/ui:2", "TINY_VERSION=2", "TINY_LOG_LINES=50")
        contexts = self.server.state / "downloaded-contexts.json"
        status, told = drive(self.server, "scenarios.mjs", {"stop": self.server.terminate, "start": self.server.start},
                             UI_IMAGE=image, UI_NEXT_IMAGE=next_image, UI_CONTEXTS=str(contexts))
        print(told)
        self.assertEqual(status, 0, told)
        self.assert_command_takes(contexts)

    def assert_command_takes(self, contexts):
        """The context that the browser downloaded is one that the slipway command works with."""
        if "SLIPWAY_TEST_SCENARIO" in os.environ:
            return
        contexts.chmod(0o600)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("SLIPWAY_")}
        done = subprocess.run([BIN / "slipway", "deployments", "list", "-o", "json"], capture_output=True, text=True,
                              timeout=60, env={**environment, "SLIPWAY_CONFIG": str(contexts)})
        self.assertEqual(done.returncode, 0, done.stderr)

if __name__ == "__main__":
    unittest.main()
