"""What the end-to-end tests stand on: the packaged programs, a private container engine, and a load.

Nothing here reaches inside: slipwayd is started as a user would, and spoken to through the front door and the
CLI. Every process and container that is started is ended by the id it was started with.
"""
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("SLIPWAY_BIN", ROOT / "build/bin"))
# A deadline for conditions that are waited for; generous, because machines are slow at times.
PATIENCE = float(os.environ.get("SLIPWAY_TEST_PATIENCE", "90"))


def wait_until(condition, what, patience=PATIENCE):
    """Polls until `condition()` gives something true and returns that."""
    deadline = time.monotonic() + patience
    pause = 0.01
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience:.0f} s in vain: {what}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.25)


class Engine:
    """The container engine that the test fixture brought up (tools/engine), told by engine.env."""

    def __init__(self, state):
        self.values = {}
        for line in (pathlib.Path(state) / "engine.env").read_text().splitlines():
            if "=" in line and not line.startswith("#"):
                key, value = line.removeprefix("export ").split("=", 1)
                self.values[key] = value.strip("'\"")
        self.kind = self.values["SLIPWAY_ENGINE"]
        self.socket = self.values.get("SLIPWAY_ENGINE_SOCKET", "")

    def request(self, method, path, body=None, timeout=60, headers=None):
        connection = UnixConnection(self.socket, timeout)
        try:
            sent = {**({"Content-Type": "application/json"} if body is not None else {}), **(headers or {})}
            connection.request(method, path, json.dumps(body) if body is not None else None, sent)
            answer = connection.getresponse()
            data = answer.read()
            return answer.status, data
        finally:
            connection.close()

    def containers(self, installation=None):
        """Ids and names of containers with our labels (of one installation, or of any)."""
        label = "slipway.installation" + (f"={installation}" if installation else "")
        query = urllib.parse.quote(json.dumps({"label": [label]}))
        status, data = self.request("GET", f"/v1.41/containers/json?all=1&filters={query}")
        assert status == 200, data
        return {c["Id"]: c["Names"][0].lstrip("/") for c in json.loads(data)}

    def networks(self):
        status, data = self.request("GET", "/v1.41/networks")
        assert status == 200, data
        return [n["Name"] for n in json.loads(data)]


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        import socket

        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


_tiny_lock = threading.Lock()


def tiny_image(engine, tag, *environment):
    """Builds (once) a FROM scratch image of the tiny model with this behaviour baked in."""
    with _tiny_lock:
        subprocess.run(
            [ROOT / "tools/images/scratch_image", tag, *environment],
            check=True, capture_output=True, timeout=300,
            env={**os.environ, "DOCKER_HOST": f"unix://{engine.socket}"},
        )
    return tag


class Slipwayd:
    """One slipwayd on a state directory of its own; restartable on the same state."""

    def __init__(self, *flags, environment=None, state=None):
        self.own_state = state is None
        self.state = pathlib.Path(state or tempfile.mkdtemp(prefix="slipway-e2e-"))
        os.chmod(self.state, 0o700)
        self.flags = list(flags)
        self.listen = "127.0.0.1:0"
        self.environment = {**os.environ, "SLIPWAY_ADMIN_PASSWORD": "correct horse battery staple",
                            **(environment or {})}
        self.process = None
        self.token = None
        self.log = self.state / "slipwayd.log"
        self.program = BIN / "slipwayd"

    def start(self, ready=True):
        with contextlib.suppress(FileNotFoundError):
            (self.state / "url").unlink()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.program, f"--state-dir={self.state}", f"--listen={self.listen}",
                 "--gateway-workers=2", *self.flags],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment)
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self):
        def answers():
            if self.process.poll() is not None:
                raise AssertionError(f"slipwayd ended with {self.process.returncode}:\n{self.log_text()}")
            try:
                self.url = (self.state / "url").read_text().strip()
                return self.http("GET", "/readyz", token=False)[0] == 200
            except (OSError, http.client.HTTPException):
                return False

        wait_until(answers, "slipwayd to be ready")
        self.listen = urllib.parse.urlparse(self.url).netloc
        if self.token is None:
            status, answer = self.api("POST", "/api/v1/session", {
                "user": "admin", "password": self.environment["SLIPWAY_ADMIN_PASSWORD"]}, token=False)
            assert status in (200, 201), answer
            self.token = answer["token"]

    def log_text(self):
        return self.log.read_text(errors="replace")

    def child(self, role):
        """Pid of the running child with this role."""
        return next(iter(self.children(role)), None)

    def children(self, role):
        """Pids of the running children with this role; more than one while a gateway hands over."""
        return [pid for pid, words in self.all_children() if len(words) > 1 and words[1] == role.encode()]

    def all_children(self):
        found = []
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            for pid in (task / "children").read_text().split():
                with contextlib.suppress(OSError):
                    found.append((int(pid), pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")))
        return found

    def kill_child(self, role):
        pid = wait_until(lambda: self.child(role), f"a running {role}")
        os.kill(pid, signal.SIGKILL)
        return pid

    def http(self, method, path, body=None, headers=None, token=None, timeout=60):
        netloc = urllib.parse.urlparse(self.url).netloc
        connection = http.client.HTTPConnection(netloc, timeout=timeout)
        try:
            sent = dict(headers or {})
            if token is not False and (token or self.token):
                sent["Authorization"] = f"Bearer {token or self.token}"
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def api(self, method, path, document=None, token=None, headers=None, timeout=60):
        sent = {"Content-Type": "application/json", **(headers or {})} if document is not None else headers
        status, data, _ = self.http(
            method, path, json.dumps(document) if document is not None else None, sent, token, timeout)
        return status, json.loads(data) if data else None

    def predict(self, deployment, document=None, timeout=60):
        status, data, _ = self.http(
            "POST", f"/deployment/{deployment}/api/v1.0/predictions",
            json.dumps(document or {"data": {"ndarray": [[1]]}}),
            {"Content-Type": "application/json"}, token=False, timeout=timeout)
        return status, json.loads(data)

    def model_folder(self, name):
        """A folder that the process engine takes for the image `name`; before start()."""
        root = self.state / "models"
        folder = root / name
        folder.mkdir(parents=True)
        for each in (root, folder):
            os.chmod(each, 0o700)
        if f"--models-root={root}" not in self.flags:
            self.flags.append(f"--models-root={root}")
        return folder

    def create(self, **document):
        status, answer = self.api("POST", "/api/v1/deployments", document)
        assert status == 201, answer
        return answer

    def get(self, deployment):
        status, answer = self.api("GET", f"/api/v1/deployments/{deployment}")
        assert status == 200, answer
        return answer

    def wait_phase(self, deployment, phase, patience=PATIENCE, **fields):
        def reached():
            view = self.get(deployment)
            seen.append(view["status"])
            status = view["status"]
            return view if status["phase"] == phase and all(
                (view.get(k) == v or status.get(k) == v) for k, v in fields.items()) else None

        seen = []
        try:
            return wait_until(reached, f"{deployment} to be {phase}", patience)
        except AssertionError as error:
            raise AssertionError(f"{error}; last status {seen[-1]}\n{self.log_text()[-4000:]}") from None

    def delete_all(self):
        """Deletes every deployment and waits until all are gone, replicas included."""
        _, page = self.api("GET", "/api/v1/deployments?limit=1000")
        for item in page["items"]:
            self.api("DELETE", f"/api/v1/deployments/{item['id']}?" + urllib.parse.urlencode(
                {"confirm": item["name"]}))
        wait_until(lambda: not self.api("GET", "/api/v1/deployments")[1]["items"], "all to be deleted")

    def cli(self, *words, check=True, stdin=None, timeout=180):
        environment = {**os.environ, "SLIPWAY_URL": self.url, "SLIPWAY_TOKEN": self.token or "",
                       "SLIPWAY_CONFIG": str(self.state / "cli-contexts.json")}
        done = subprocess.run([BIN / "slipway", *words], capture_output=True, text=True, input=stdin,
                              timeout=timeout, env=environment)
        if check and done.returncode != 0:
            raise AssertionError(f"slipway {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def terminate(self, patience=60):
        """SIGTERM, as an operator would; returns the exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(patience)
        self.process = None
        return status

    def discard(self):
        """Ends it and leaves nothing behind; kills what does not end by itself."""
        try:
            if self.process is not None:
                try:
                    self.terminate()
                except subprocess.TimeoutExpired:
                    self.process.kill()
                    self.process.wait()
        finally:
            if self.own_state:
                shutil.rmtree(self.state, ignore_errors=True)


def mock_replicas(journal):
    """What the mock engine runs by its own journal: a set of (deployment, revision, ordinal)."""
    running = set()
    for line in pathlib.Path(journal).read_text().splitlines():
        entry = json.loads(line)
        key = entry["key"]["deployment"], entry["key"]["revision"], entry["key"]["ordinal"]
        if entry["event"] == "start":
            running.add(key)
        elif entry["event"] == "stop":
            running.discard(key)
    return running


class Load:
    """A bounded closed-loop load on one deployment from a few keep-alive connections."""

    def __init__(self, server, deployment, connections=8, requests=None, pace=0.0):
        self.server = server
        self.path = f"/deployment/{deployment}/api/v1.0/predictions"
        self.limit = requests
        self.pace = pace
        self.lock = threading.Lock()
        self.started = 0
        self.statuses = {}
        self.failures = []
        self.replicas = {}
        self.versions = {}
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._run) for _ in range(connections)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.stopping.set()
        self.join()

    def join(self):
        for thread in self.threads:
            thread.join(PATIENCE * 2)

    @property
    def done(self):
        with self.lock:
            return sum(self.statuses.values()) + len(self.failures)

    def wait_more(self, count):
        goal = self.done + count
        wait_until(lambda: self.done >= goal, f"{count} more requests")

    def _take(self):
        with self.lock:
            if self.stopping.is_set() or (self.limit is not None and self.started >= self.limit):
                return False
            self.started += 1
            return True

    def connect(self):
        """A new connection of the load; others carry it otherwise."""
        return http.client.HTTPConnection(urllib.parse.urlparse(self.server.url).netloc, timeout=60)

    def _run(self):
        connection = self.connect()
        body = json.dumps({"data": {"ndarray": [[1]]}})
        while self._take():
            try:
                connection.request("POST", self.path, body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                data = answer.read()
                self._count(answer.status, data)
            except (OSError, http.client.HTTPException) as error:
                with self.lock:
                    self.failures.append(repr(error))
                connection.close()
                connection = self.connect()
            if self.pace:
                self.stopping.wait(self.pace)
        connection.close()

    def _count(self, status, data):
        with self.lock:
            self.statuses[status] = self.statuses.get(status, 0) + 1
            if status != 200:
                self.failures.append(f"{status} {data[:200]!r}")
                return
            tags = json.loads(data).get("meta", {}).get("tags", {})
            for name, into in (("replica", self.replicas), ("version", self.versions)):
                if name in tags:
                    into[tags[name]] = into.get(tags[name], 0) + 1


class EngineCase(unittest.TestCase):
    """A test against the container engine of the fixture; skipped only where no engine can run at all."""

    flags = ()

    @classmethod
    def setUpClass(cls):
        cls.engine = Engine(os.environ["SLIPWAY_TEST_ENGINE_STATE"])
        if cls.engine.kind == "process":
            raise unittest.SkipTest("no container engine can run on this machine")

    def setUp(self):
        self.server = Slipwayd("--engine=docker", f"--engine-socket={self.engine.socket}", *self.flags)
        self.addCleanup(self.server.discard)
        self.server.start()
        self.addCleanup(self.clean_engine)

    def clean_engine(self):
        if self.server.process is not None and self.server.process.poll() is None:
            self.server.delete_all()
