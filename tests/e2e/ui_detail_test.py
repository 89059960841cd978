"""What people want to do on the pages of one deployment in the web UI, in Debian's chromium, with processes as models."""
import os
import shutil
import subprocess
import unittest

from harness import ROOT, Slipwayd
from ui_driver import drive


class UiDetail(unittest.TestCase):
    def setUp(self):
        self.server = Slipwayd("--engine=process")
        self.addCleanup(self.server.discard)
        models = self.server.state / "models"
        folder = models / "tiny"
        folder.mkdir(parents=True)
        for parent in (models, folder):
            os.chmod(parent, 0o700)
        subprocess.run([ROOT / "tools/images/scratch_image", "--binary", folder / "tiny_model"], check=True, timeout=120)
        shutil.copy(ROOT / "tests/support/tiny_model/slipway-model.toml", folder)
        self.server.flags.append(f"--models-root={models}")
        self.server.start()
        self.addCleanup(self.clean)

    def clean(self):
        if self.server.process is not None and self.server.process.poll() is None:
            self.server.delete_all()

    def test_people_find_what_they_need_on_the_page_of_a_deployment(self):
        status, told = drive(self.server, "detail.mjs", UI_IMAGE="tiny")
        print(told)
        self.assertEqual(status, 0, told)

if __name__ == "__main__":
    unittest.main()
