"""What is shipped for Prometheus and Grafana, judged by their own tools."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

PACKAGING = pathlib.Path(__file__).resolve().parents[2] / "packaging"


def run(*words, cwd):
    done = subprocess.run(words, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100)
    return done.returncode, done.stdout + done.stderr


class Packaging(unittest.TestCase):
    def test_prometheus_accepts_configuration_and_rules(self):
        with tempfile.TemporaryDirectory(prefix="slipway-e2e-") as folder:
            copy = shutil.copytree(PACKAGING / "prometheus", pathlib.Path(folder) / "prometheus")
            (copy / "slipway-token").write_text("a token")
            code, said = run("promtool", "check", "config", "prometheus.yml", cwd=copy)
        self.assertEqual(code, 0, said)
        self.assertIn("slipway.alerts.yml", said)

    def test_each_alert_fires_and_ends(self):
        code, said = run("promtool", "test", "rules", "slipway.test.yml", cwd=PACKAGING / "prometheus")
        self.assertEqual(code, 0, said)
        alerts = set(re.findall(r"- alert: (\w+)", (PACKAGING / "prometheus/slipway.alerts.yml").read_text()))
        tested = (PACKAGING / "prometheus/slipway.test.yml").read_text()
        self.assertGreater(len(alerts), 5)
        self.assertEqual({a for a in alerts if not re.search(rf"\b{a}\b", tested)}, set())

    def test_the_boards_are_what_grafana_reads(self):
        check = pathlib.Path(os.environ["SLIPWAY_TEST_GRAFANA"]) / "check.mjs"
        boards = sorted((PACKAGING / "grafana/dashboards").glob("*.json"))
        self.assertEqual(len(boards), 2)
        code, said = run("node", check, *boards, cwd=check.parent)
        self.assertEqual(code, 0, said)

    def test_the_check_of_boards_finds_what_is_wrong(self):
        check = pathlib.Path(os.environ["SLIPWAY_TEST_GRAFANA"]) / "check.mjs"
        text = (PACKAGING / "grafana/dashboards/deployment.json").read_text()
        wrongs = {"number": ('"graphTooltip": 1', '"graphTooltip": "1"'), "choice": ('"colorMode": "value"', '"colorMode": "loud"'),
                  "member": ('"editable": true', '"editible": true')}
        with tempfile.TemporaryDirectory(prefix="slipway-e2e-") as folder:
            boards = []
            for name, (right, wrong) in wrongs.items():
                self.assertIn(right, text)
                boards.append(pathlib.Path(folder) / f"{name}.json")
                boards[-1].write_text(text.replace(right, wrong, 1))
            code, said = run("node", check, *boards, cwd=check.parent)
        self.assertEqual(code, 1, said)
        for name in wrongs:
            self.assertIn(f"{name}.check.ts", said)


if __name__ == "__main__":
    unittest.main()
