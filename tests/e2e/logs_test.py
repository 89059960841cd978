"""Logs that stay, with real containers: over crashes, stop, delete, and kill -9 of control while lines flow."""
import collections
import gzip
import json
import re
import subprocess
import unittest

from harness import BIN, EngineCase, tiny_image, wait_until

LINES = 100_000


class Logs(EngineCase):
    def lines(self, deployment, query="tail=-1", replica=None):
        """All that is stored, as documents."""
        place = f"/replicas/{replica}" if replica else ""
        status, data, _ = self.server.http("GET", f"/api/v1/deployments/{deployment}{place}/logs?format=ndjson&{query}")
        self.assertEqual(status, 200, data[:500])
        return [json.loads(line) for line in data.splitlines()]

    def texts(self, deployment, query="tail=-1"):
        return [line["line"] for line in self.lines(deployment, query)]

    def deploy(self, name, *environment, replicas=1):
        image = tiny_image(self.engine, f"slipway-test/{name}:1", *environment)
        return self.server.create(name=name, image=image, replicas=replicas)["id"]

    def test_a_replica_that_crashes_five_times_keeps_all_six_logs(self):
        deployment = self.deploy("crashing", "TINY_EXIT_CODE=7")

        def six_runs():
            runs = collections.Counter(line["run"] for line in self.lines(deployment)
                                       if "ModuleNotFoundError" in line["line"])
            return runs if len(runs) >= 6 else None

        runs = wait_until(six_runs, "six runs of a replica that crashes")
        self.assertEqual(sorted(runs)[:6], [1, 2, 3, 4, 5, 6])
        self.assertEqual(set(runs.values()), {1})
        ends = self.texts(deployment, "tail=-1&stream=event")
        self.assertGreaterEqual(ends.count("exited with status 7"), 5)
        previous = self.lines(deployment, "previous=1")
        self.assertEqual(len({line["run"] for line in previous}), 1)

    def test_stop_and_delete_keep_the_logs_and_their_last_lines(self):
        deployment = self.deploy("kept", "TINY_LOG_LINES=50", replicas=2)
        self.server.wait_phase(deployment, "Deployed")
        replicas = {line["replica"] for line in self.lines(deployment)}
        self.assertEqual(len(replicas), 2)
        self.server.cli("deployments", "stop", deployment, "--wait")
        stopped = self.lines(deployment)
        for replica in replicas:
            own = [line["line"] for line in stopped if line["replica"] == replica]
            self.assertEqual([text for text in own if text.startswith("line ")],
                             [f"line {n} of 50" for n in range(1, 51)])
        self.assertEqual(self.texts(deployment, "tail=-1&stream=event"), ["stopped", "stopped"])
        self.server.delete_all()
        self.assertEqual(self.lines(deployment), stopped)
        # Every way to read them still works.
        self.assertEqual(sorted(self.texts(deployment, "grep=line%20(7|9)%20of")),
                         ["line 7 of 50"] * 2 + ["line 9 of 50"] * 2)
        shown = self.server.cli("deployments", "logs", deployment, "--all").stdout.splitlines()
        self.assertEqual(len(shown), len(stopped))
        status, packed, headers = self.server.http("GET", f"/api/v1/deployments/{deployment}/logs?format=gzip")
        self.assertEqual(status, 200)
        self.assertRegex(headers["Content-Disposition"], r'attachment; filename="kept[-a-z0-9]+\.log\.gz"')
        self.assertEqual(gzip.decompress(packed).decode().splitlines(), shown)
        status, answer = self.server.api("GET", f"/api/v1/deployments/{deployment}/replicas/no-such-r1-0/logs")
        self.assertEqual(status, 404)
        self.assertIn(sorted(replicas)[0], answer["detail"])

    def test_control_killed_while_100000_lines_flow_loses_none_and_doubles_none(self):
        deployment = self.deploy("flowing", f"TINY_LOG_LINES={LINES}", "TINY_LOG_LINES_PER_MS=10")
        follower = subprocess.Popen(
            [BIN / "slipway", "deployments", "logs", deployment, "-f", "--all"], stdout=subprocess.PIPE, text=True,
            env={"SLIPWAY_URL": self.server.url, "SLIPWAY_TOKEN": self.server.token, "PATH": "/usr/bin:/bin",
                 "SLIPWAY_CONFIG": str(self.server.state / "cli-contexts.json")})
        self.addCleanup(follower.wait)
        self.addCleanup(follower.stdout.close)
        self.addCleanup(follower.kill)

        kills, stored = 0, 0
        for goal in (5_000, 25_000, 45_000, 65_000, 85_000):
            def reached(goal=goal):
                try:
                    last = self.texts(deployment, "tail=1&grep=^line")
                except OSError:
                    return None  # the gateway has no control to ask
                except AssertionError:
                    return None
                number = int(re.match(r"line (\d+)", last[0])[1]) if last else 0
                return number if number >= goal else None

            stored = wait_until(reached, f"{goal} stored lines")
            old = self.server.kill_child("control")
            wait_until(lambda old=old: self.server.child("control") not in (None, old), "a new control")
            self.server.wait_ready()
            kills += stored < LINES
        self.assertGreaterEqual(kills, 3, "the lines did not flow while control was killed")
        self.server.wait_phase(deployment, "Deployed")

        expected = [f"line {n} of {LINES}" for n in range(1, LINES + 1)]
        wait_until(lambda: self.texts(deployment, "tail=1&grep=^line")[0] == expected[-1], "the last line")
        stored = [text for text in self.texts(deployment) if text.startswith("line ")]
        self.assertEqual(len(stored), LINES)
        self.assertEqual(stored, expected)

        # And who followed all the time saw the same.
        shown = []
        for text in follower.stdout:
            match = re.search(r"\| (line \d+ of \d+)$", text.rstrip())
            if match:
                shown.append(match[1])
            if len(shown) == LINES:
                break
        self.assertEqual(shown, expected)


if __name__ == "__main__":
    unittest.main()
