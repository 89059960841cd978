"""What Lighthouse says of the list of deployments."""
import json
import os
import pathlib
import subprocess
import unittest

from harness import ROOT, Slipwayd

PROGRAM = pathlib.Path(os.environ.get("SLIPWAY_TEST_LIGHTHOUSE", ROOT / "build/e2e-lighthouse")) / "lighthouse.mjs"
REPORT = ROOT / "build/lighthouse.json"
LEAST = 95


class Lighthouse(unittest.TestCase):
    def test_the_list_is_accessible_and_follows_best_practices(self):
        """Both scores hang on the page alone; that of performance also on how busy the machine is, so it is told and not judged."""
        server = Slipwayd("--engine=mock")
        self.addCleanup(server.discard)
        server.start()
        for index in range(12):
            server.create(name=f"Model {index}", id=f"model-{index}", image="mock/ok:1", metadata={"team": "vision"})
        server.wait_phase("model-11", "Deployed")
        done = subprocess.run(
            ["node", PROGRAM], capture_output=True, text=True, timeout=280,
            env={**os.environ, "SLIPWAY_URL": server.url, "SLIPWAY_ADMIN_PASSWORD": server.environment["SLIPWAY_ADMIN_PASSWORD"]})
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        REPORT.write_text(json.dumps(report, indent=1) + "\n")
        scores = report["scores"]
        print(f"Lighthouse: {scores}, {report['metrics']}; see {REPORT.relative_to(ROOT)}")
        self.assertIsNone(report["error"])
        self.assertTrue(report["address"].endswith("/deployments"), report["address"])
        found = json.dumps(report["found"], indent=1)
        self.assertGreaterEqual(scores["accessibility"], LEAST, found)
        self.assertGreaterEqual(scores["best-practices"], LEAST, found)

if __name__ == "__main__":
    unittest.main()
