"""The process engine serves the same model folder on a machine where no container engine may run."""
import os
import pathlib
import shutil
import subprocess
import unittest

from harness import ROOT, Load, Slipwayd, wait_until


class ProcessEngine(unittest.TestCase):
    def setUp(self):
        self.server = Slipwayd("--engine=process")
        self.addCleanup(self.server.discard)
        folder = self.server.model_folder("tiny")
        source = ROOT / "tests/support/tiny_model"
        subprocess.run(["gcc", "-O2", "-static", "-pthread", "-o", folder / "tiny_model", source / "tiny_model.c"],
                       check=True)
        shutil.copy(source / "slipway-model.toml", folder)
        self.server.start()
        self.addCleanup(self.clean)

    def clean(self):
        if self.server.process is not None and self.server.process.poll() is None:
            self.server.delete_all()

    def model_processes(self):
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*/exe"):
            try:
                if os.readlink(entry).startswith(str(self.server.state)):
                    found.append(int(entry.parent.name))
            except OSError:
                pass
        return sorted(found)

    def test_a_folder_is_deployed_survives_a_killed_control_and_leaves_nothing(self):
        created = self.server.create(name="tiny", image="tiny", replicas=2)
        self.server.wait_phase(created["id"], "Deployed")
        self.assertEqual(self.server.predict(created["id"])[0], 200)
        before = self.model_processes()
        self.assertGreaterEqual(len(before), 2)
        with Load(self.server, created["id"], connections=4, pace=0.002) as load:
            load.wait_more(100)
            old = self.server.kill_child("control")
            wait_until(lambda: self.server.child("control") not in (None, old), "a new control")
            self.server.wait_ready()
            self.server.wait_phase(created["id"], "Deployed")
            load.wait_more(100)
        self.assertEqual(load.failures, [])
        self.assertEqual(self.model_processes(), before)
        self.assertIn("isolates nothing", self.server.log_text())
        self.server.delete_all()
        wait_until(lambda: not self.model_processes(), "the model's processes to be gone")


if __name__ == "__main__":
    unittest.main()
