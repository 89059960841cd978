"""Starts the real server (gunicorn, own process, own port) on a model class given as text."""

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PACKAGE = str(pathlib.Path(__file__).resolve().parent.parent)
DEADLINE = 60
INHERITED = ("PATH", "LANG", "HOME", "TMPDIR", "LD_LIBRARY_PATH")

IDENTITY = """
class Model:
    def predict(self, X, features_names=None, meta=None):
        return X
"""


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.body, parse_constant=lambda name: 1 / 0)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=DEADLINE)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class ModelServer:
    """A running server; use it as a context manager. `output` is all it has printed so far."""

    def __init__(self, source=IDENTITY, model_name="Model", arguments=(), **environment):
        self._folder = tempfile.TemporaryDirectory(prefix="slipway-model-test-")
        pathlib.Path(self._folder.name, "Model.py").write_text(source)
        kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
        variables = {"PYTHONPATH": PACKAGE, "PYTHONDONTWRITEBYTECODE": "1", "MODEL_NAME": model_name,
                     "SLIPWAY_MODEL_HOST": "127.0.0.1", "PREDICTIVE_UNIT_SERVICE_PORT": "0"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "slipway_model", *arguments], cwd=self._folder.name,
            env={**kept, **variables, **environment}, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        self._lines, self._changed = [], threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            with self._changed:
                self._lines.append(line)
                self._changed.notify_all()
        with self._changed:
            self._lines.append(None)
            self._changed.notify_all()

    @property
    def output(self):
        with self._changed:
            return "".join(line for line in self._lines if line is not None)

    def wait_for_output(self, pattern):
        """Waits until a printed line matches; fails when the server ends without printing it."""
        end = time.monotonic() + DEADLINE
        with self._changed:
            while True:
                for line in self._lines:
                    found = re.search(pattern, line) if line is not None else None
                    if found:
                        return found
                if self._lines and self._lines[-1] is None:
                    raise AssertionError("ended without printing %r:\n%s" % (pattern, self.output))
                if not self._changed.wait(end - time.monotonic()):
                    raise AssertionError("did not print %r:\n%s" % (pattern, self.output))

    def ready(self):
        self.port = int(self.wait_for_output(r"listens on \S+ port (\d+)").group(1))
        return self

    def request(self, method, path, body=None, headers=None, unix_socket=None):
        connection = (UnixConnection(unix_socket) if unix_socket else
                      http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE))
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path):
        return self.request("GET", path)

    def post(self, path, message, **headers):
        body = message if isinstance(message, (str, bytes)) else json.dumps(message)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("POST", path, body, {"Content-Type": "application/json", **names})

    def predict(self, message, **headers):
        return self.post("/predict", message, **headers)

    def signal(self, number):
        self._process.send_signal(number)

    def wait(self):
        code = self._process.wait(DEADLINE)
        self._reader.join(DEADLINE)
        return code

    def stop(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.stop()
        finally:
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
            self._process.stdout.close()
            self._folder.cleanup()
