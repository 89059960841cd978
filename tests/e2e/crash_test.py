"""300 times kill -9 of control at random instants, on the mock engine, under clients that create, update, start, stop, delete
and repeat themselves; then everything that was acknowledged is replayed on a model of the API.

Control and gateway run without their parent here, which would wait longer and longer between restarts. SLIPWAY_CRASH_SEED
repeats the choices of an earlier run (not the scheduling of this machine), SLIPWAY_CRASH_KILLS sets the count.
"""
import collections
import contextlib
import io
import json
import os
import random
import signal
import sqlite3
import subprocess
import tarfile
import threading
import time
import unittest

from crash_client import Client
from crash_model import Contradiction, find, replay
from harness import BIN, PATIENCE, Slipwayd, mock_replicas, wait_until

KILLS = int(os.environ.get("SLIPWAY_CRASH_KILLS", "300"))
CLIENTS = 6


class Progress:
    """Counts answers, so that a kill can wait for control to be at work again."""

    def __init__(self):
        self.changed = threading.Condition()
        self.count = 0

    def note(self):
        with self.changed:
            self.count += 1
            self.changed.notify_all()

    def wait_more(self, patience):
        with self.changed:
            goal = self.count + 1
            return self.changed.wait_for(lambda: self.count >= goal, patience)


class Crash(unittest.TestCase):
    def setUp(self):
        self.seed = int(os.environ.get("SLIPWAY_CRASH_SEED", random.SystemRandom().randrange(1 << 30)))
        print(f"seed {self.seed}", flush=True)
        self.server = Slipwayd("--engine=mock", "--log-level=error")
        self.addCleanup(self.server.discard)
        self.journal = self.server.state / "mock.journal"
        self.server.flags.append(f"--mock-journal={self.journal}")
        self.roles = {}
        self.addCleanup(self.end_roles)

    def start_role(self, role):
        with open(self.server.log, "ab") as log:
            self.roles[role] = subprocess.Popen(
                [BIN / "slipwayd", role, f"--state-dir={self.server.state}", "--listen=127.0.0.1:0",
                 "--gateway-workers=1", *self.server.flags],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.server.environment)

    def end_roles(self):
        for process in self.roles.values():
            if process.poll() is None:
                process.kill()
                process.wait()

    def check_clients(self):
        for client in self.clients:
            if client.problem:
                raise client.problem

    def kill_control(self, chance, progress):
        """At an instant between "barely started" and "well at work", then starts the next one."""
        control = self.roles["control"]
        if chance.random() < 0.3:
            time.sleep(chance.uniform(0.0, 0.06))
        else:
            answers = progress.wait_more(PATIENCE)
            self.check_clients()
            self.assertTrue(answers, "control answers nobody\n" + self.server.log_text()[-4000:])
            time.sleep(chance.uniform(0.0, 0.15))
        self.assertIsNone(control.poll(), "control ended by itself\n" + self.server.log_text()[-4000:])
        os.kill(control.pid, signal.SIGKILL)
        control.wait()
        self.start_role("control")

    def stored(self):
        """What the database says in the end, out of a backup: the state of one instant."""
        done = subprocess.run([BIN / "slipwayd", "backup", "--to=-", f"--state-dir={self.server.state}"],
                              capture_output=True, timeout=60, check=True)
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            copy = self.server.state / "copy.db"
            copy.write_bytes(archive.extractfile("slipway.db").read())
        with contextlib.closing(sqlite3.connect(copy)) as database:
            return {table: list(database.execute(query)) for table, query in {
                "deployments": "SELECT id, name, desire, revision FROM deployments",
                "revisions": "SELECT deployment_id, number, message, spec FROM revisions ORDER BY 1, 2",
                "history": "SELECT deployment_id, kind, revision, message FROM history ORDER BY sequence",
                "audit": "SELECT object, action FROM audit WHERE action LIKE 'deployment.%' ORDER BY sequence",
            }.items()}

    def test_300_kills_lose_no_acknowledged_write_apply_none_twice_and_leave_no_replica_without_an_owner(self):
        chance = random.Random(self.seed)
        self.server.start()
        self.server.create(name="shared", id="shared", image="mock/ok:1", replicas=1)
        self.assertEqual(self.server.terminate(), 0)

        progress = Progress()
        self.start_role("control")
        self.start_role("gateway")
        self.clients = clients = [Client(f"{self.server.state}/gateway/api.sock", self.server.token, number, self.seed, progress.note)
                   for number in range(CLIENTS)]
        began = time.monotonic()
        for client in clients:
            client.thread.start()
        try:
            for _ in range(KILLS):
                self.kill_control(chance, progress)
            self.assertTrue(progress.wait_more(PATIENCE), "control answers nobody after the last kill")
        finally:
            for client in clients:
                client.stop.set()
            for client in clients:
                client.thread.join()
        took = time.monotonic() - began
        self.check_clients()
        self.assertIsNone(self.roles["gateway"].poll(), "the gateway ended")
        self.roles["control"].terminate()
        self.roles["control"].wait(60)
        self.end_roles()

        print(f"{KILLS} kills in {took:.0f} s", flush=True)
        self.server.start()
        self.wait_settled()
        stored = self.stored()
        self.server.terminate()
        problems = self.judge(clients, stored) + self.judge_shared(clients, stored) + self.judge_engine(stored)
        if problems:
            self.fail(f"{len(problems)} problems, seed {self.seed}:\n" + "\n".join(problems[:20]))

        acknowledged = sum(client.acknowledged for client in clients)
        unknown = sum(answer is None for client in clients for d in client.deployments for _, answer in d.history)
        self.assertGreater(acknowledged, KILLS)
        print(f"{KILLS} kills in {took:.0f} s, {acknowledged} acknowledged writes, {unknown} unanswered requests, "
              f"{sum(c.repeats for c in clients)} repeats by Idempotency-Key, "
              f"{sum(len(c.deployments) for c in clients)} deployments, {len(stored['deployments'])} at the end, "
              f"seed {self.seed}", flush=True)

    def wait_settled(self):
        def settled():
            status, page = self.server.api("GET", "/api/v1/deployments?limit=1000")
            self.assertEqual(status, 200, page)
            seen[:] = [(item["id"], item["status"]) for item in page["items"]
                       if item["status"]["phase"] not in ("Deployed", "Stopped")]
            return not seen

        seen = []
        try:
            wait_until(settled, "everything to be Deployed or Stopped after the last kill")
        except AssertionError as error:
            raise AssertionError(f"{error}: {seen[:5]}\n{self.server.log_text()[-4000:]}") from None

    def judge(self, clients, stored):
        """Every deployment is one of the worlds that its history allows, by name: an id that nobody was told counts, too."""
        ids = collections.defaultdict(set)
        for row in stored["deployments"]:
            ids[row[1]].add(row[0])
        alive = {row[0] for row in stored["deployments"] if row[2] != "deleted"}
        specs = collections.defaultdict(list)
        for deployment, number, message, spec in stored["revisions"]:
            specs[deployment].append((number, message, json.loads(spec)["replicas"]))
        history, audit = collections.defaultdict(list), collections.defaultdict(list)
        for deployment, kind, revision, message in stored["history"]:
            history[deployment].append((kind, revision, message if kind in ("create", "update") else ""))
        for deployment, action in stored["audit"]:
            audit[deployment].append(action.removeprefix("deployment."))

        problems, known = [], {"shared"}
        for client in clients:
            for deployment in client.deployments:
                if deployment.id:
                    ids[deployment.name].add(deployment.id)
                here = sorted(ids[deployment.name])
                known.update(here)
                if len(here) > 1:
                    problems.append(f"{deployment.name} was made {len(here)} times: {here}")
                    continue
                try:
                    worlds = replay(deployment.history)
                except Contradiction as error:
                    problems.append(f"{deployment.name} ({here}): {error}")
                    continue
                problems += self.judge_one(deployment.name, here[0] if here else None, worlds, alive, specs, history, audit)
        problems += [f"nobody made {row[0]}" for row in stored["deployments"] if row[0] not in known]
        return problems

    def judge_one(self, name, deployment, worlds, alive, specs, history, audit):
        if deployment is None:
            # Nobody was told an id, and none is there: it was never made, unless it was deleted, which needs the id.
            return [] if any(not world.exists for world in worlds) else [f"{name} was acknowledged and is not there"]
        if deployment in alive:
            numbers = [number for number, _, _ in specs[deployment]]
            found = find(worlds, tuple(history[deployment]), tuple((m, r) for _, m, r in specs[deployment]), True)
            if numbers != list(range(1, len(numbers) + 1)) or found is None:
                return [f"{name} ({deployment}) is {history[deployment]} with revisions {specs[deployment]}; its history "
                        f"allows {sorted(worlds, key=repr)}"]
            kinds = [entry[0] for entry in found.story]
            return [] if audit[deployment] == kinds else [f"{name}: audited {audit[deployment]}, done {kinds}"]
        # Gone: the audit trail is what stays.
        if any(not w.exists or w.desire == "deleted" for w in worlds) and any(
                audit[deployment] == [entry[0] for entry in world.story] for world in worlds):
            return []
        return [f"{name} ({deployment}) is gone, audited {audit[deployment]}; its history allows {sorted(worlds, key=repr)}"]

    def judge_shared(self, clients, stored):
        """Many writers, each with If-Match: an update that was answered made the one revision that was told."""
        revisions = {message: number for deployment, number, message, _ in stored["revisions"] if deployment == "shared"}
        count = sum(deployment == "shared" for deployment, *_ in stored["revisions"])
        updates = [update for client in clients for update in client.shared]
        problems = []
        for message, _, revision in updates:
            if revision is not None and revisions.get(message) != revision:
                problems.append(f"shared: {message} was revision {revision}, is {revisions.get(message)}")
        if len(revisions) != count:
            problems.append("shared: a message stands at two revisions")
        winners = [generation for _, generation, revision in updates if revision is not None]
        if len(winners) != len(set(winners)):
            problems.append("shared: two writers won for one generation")
        known = {message for message, *_ in updates} | {""}
        problems += [f"shared: nobody wrote {message}" for message in revisions if message not in known]
        return problems

    def judge_engine(self, stored):
        """The mock engine's own journal, not what control says about it: exactly the wanted replicas run."""
        specs = {(deployment, number): json.loads(spec) for deployment, number, _, spec in stored["revisions"]}

        def container(deployment, revision):
            """Replicas bear the oldest revision in an unbroken line that looks the same to them."""
            environment = specs[deployment, revision]["environment"]
            while revision > 1 and specs[deployment, revision - 1]["environment"] == environment:
                revision -= 1
            return revision

        wanted = {(deployment, container(deployment, revision), ordinal)
                  for deployment, _, desire, revision in stored["deployments"] if desire == "running"
                  for ordinal in range(specs[deployment, revision]["replicas"])}
        running = mock_replicas(self.journal)
        return ([f"replica {key} runs and has no owner" for key in sorted(running - wanted)] +
                [f"replica {key} is wanted and does not run" for key in sorted(wanted - running)])


if __name__ == "__main__":
    unittest.main()
