"""What people want to do on the pages of one deployment in the web UI, in Debian's chromium, with processes as models."""
import json
import os
import shutil
import subprocess
import unittest

from harness import BIN, ROOT, Slipwayd
from ui_driver import drive


class UiDetail(unittest.TestCase):
    def setUp(self):
        self.server = Slipwayd("--engine=process")
        self.addCleanup(self.server.discard)
        folder = self.server.model_folder("tiny")
        subprocess.run([ROOT / "tools/images/scratch_image", "--binary", folder / "tiny_model"], check=True, timeout=120)
        shutil.copy(ROOT / "tests/support/tiny_model/slipway-model.toml", folder)
        self.server.start()
        self.addCleanup(self.clean)

    def clean(self):
        if self.server.process is not None and self.server.process.poll() is None:
            self.server.delete_all()

    def test_people_find_what_they_need_on_the_page_of_a_deployment(self):
        self.commands = self.server.state / "commands.json"
        status, told = drive(self.server, "detail.mjs", {"commands": self.type_commands}, UI_IMAGE="tiny", UI_COMMANDS=str(self.commands))
        print(told)
        self.assertEqual(status, 0, told)

    def type_commands(self):
        """What the page shows as commands, in a shell; each does what it says."""
        environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "SLIPWAY_URL": self.server.url, "SLIPWAY_TOKEN": self.server.token,
                       "SLIPWAY_CONFIG": str(self.server.state / "none.json")}
        for command in json.loads(self.commands.read_text()):
            done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=120, env=environment)
            print(f"{done.returncode} {command}{done.stderr and ': ' + done.stderr}")
            self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")

if __name__ == "__main__":
    unittest.main()
