"""The life of the server process: options, loading, the gate, connections, the end."""

import errno
import http.client
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from tests.model_server import DEADLINE, IDENTITY, PACKAGE, ModelServer


def free_port():
    """A port that is free now; held by nobody, so use it at once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Start(unittest.TestCase):
    def assert_fails(self, expected, code, **options):
        with ModelServer(**options) as server:
            self.assertEqual(server.wait(), code, server.output)
            for text in expected:
                self.assertIn(text, server.output)

    def test_help_names_the_environment(self):
        done = subprocess.run([sys.executable, "-m", "slipway_model", "--help"], cwd=PACKAGE,
                              capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(done.returncode, 0)
        for name in ("MODEL_NAME", "GUNICORN_THREADS", "PREDICTIVE_UNIT_PARAMETERS",
                     "SLIPWAY_UNIX_SOCKET"):
            self.assertIn(name, done.stdout)

    def test_a_missing_model_name_is_said(self):
        self.assert_fails(["MODEL_NAME is not set"], 2, model_name="")

    def test_a_bad_knob_is_said(self):
        self.assert_fails(["--threads", "x"], 2, GUNICORN_THREADS="x")
        self.assert_fails(["--port", "70000"], 2, PREDICTIVE_UNIT_SERVICE_PORT="70000")

    def test_a_port_in_use_is_said(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            self.assert_fails(["cannot listen", port], 2, PREDICTIVE_UNIT_SERVICE_PORT=port)

    def test_bad_parameters_are_said(self):
        for text, words in (("{", "not JSON"), ("{}", "must be a list"), ("[5]", "not an object"),
                            ('[{"name":"a"}]', "has no 'value'"),
                            ('[{"name":"a","value":"x","type":"INT"}]', "'a' is not of type INT"),
                            ('[{"name":"a","value":"x","type":"BOOL"}]', "not of type BOOL"),
                            ('[{"name":"a","value":"x","type":"LIST"}]', "unknown type 'LIST'")):
            with self.subTest(text):
                self.assert_fails(["MICROSERVICE_BAD_PARAMETER", words], 2,
                                  PREDICTIVE_UNIT_PARAMETERS=text)

    def test_a_parameter_that_the_class_does_not_take_is_said(self):
        self.assert_fails(["MICROSERVICE_BAD_PARAMETER", "'alpha'"], 3,
                          PREDICTIVE_UNIT_PARAMETERS='[{"name":"alpha","value":"1"}]')

    def test_a_missing_module_or_class_ends_the_process(self):
        self.assert_fails(["No module named 'Nowhere'"], 3, model_name="Nowhere")
        self.assert_fails(["has no class 'Nowhere'"], 3, model_name="Model.Nowhere")
        self.assert_fails(["No module named 'not_installed'"], 3, source="import not_installed\n")

    def test_a_class_without_predict_ends_the_process(self):
        self.assert_fails(["has no method predict"], 3, source="class Model: pass\n")

    def test_a_failing_load_ends_the_process_with_a_traceback(self):
        self.assert_fails(["Traceback", "OSError: weights are missing"], 3, source=IDENTITY
                          + "    def load(self): raise OSError('weights are missing')\n")

    def test_a_model_that_exits_or_is_killed_while_loading_ends_the_process(self):
        self.assert_fails(["could not be loaded"], 3, source=IDENTITY
                          + "    def load(self): raise SystemExit(0)\n")
        self.assert_fails(["died while loading"], 3, source="import os\n" + IDENTITY
                          + "    def load(self): os.kill(os.getpid(), 9)\n")

    def test_connections_are_refused_until_load_has_returned(self):
        with tempfile.TemporaryDirectory() as folder:
            gate = os.path.join(folder, "gate")
            os.mkfifo(gate)
            source = ("class Model:\n    def load(self):\n        print('loading')\n"
                      "        open(%r).read()\n        self.loaded = True\n"
                      "    def predict(self, X): return str(self.loaded)\n" % gate)
            port = free_port()
            with ModelServer(source, PREDICTIVE_UNIT_SERVICE_PORT=str(port)) as server:
                server.wait_for_output("^loading$")
                with self.assertRaises(ConnectionRefusedError):
                    socket.create_connection(("127.0.0.1", port), DEADLINE)
                pathlib.Path(gate).write_text("go")
                server.ready()
                self.assertEqual(server.predict({"strData": ""}).json["strData"], "True")


class Serving(unittest.TestCase):
    def test_a_connection_is_kept_between_requests(self):
        with ModelServer().ready() as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=DEADLINE)
            used = set()
            for _ in range(3):
                connection.request("GET", "/health/ping")
                connection.getresponse().read()
                used.add(connection.sock.getsockname())
            connection.close()
            self.assertEqual(len(used), 1)

    def test_a_slow_prediction_does_not_block_the_health_probe(self):
        source = ("import threading\ngo = threading.Event()\nclass Model:\n"
                  "    def predict(self, X):\n        print('waiting')\n"
                  "        assert go.wait(%d)\n        return X\n"
                  "    def health_status(self):\n        go.set()\n        return 'fine'\n"
                  % DEADLINE)
        with ModelServer(source).ready() as server:
            replies = []
            caller = threading.Thread(target=lambda: replies.append(server.predict({"strData": ""})))
            caller.start()
            server.wait_for_output("^waiting$")
            self.assertEqual(server.get("/health/status").json["strData"], "fine")
            caller.join(DEADLINE)
            self.assertEqual(replies[0].status, 200)

    def test_several_workers_serve_one_port(self):
        source = "import os\nclass Model:\n    def predict(self, X): return str(os.getpid())\n"
        with ModelServer(source, GUNICORN_WORKERS="2").ready() as server:
            self.assertEqual(server.predict({"strData": ""}).status, 200)

    def test_what_the_model_prints_is_seen_at_once(self):
        source = ("import sys\nclass Model:\n    def predict(self, X):\n"
                  "        sys.stdout.write('half a line\\n')\n        return X\n")
        with ModelServer(source).ready() as server:
            server.predict({"strData": ""})
            server.wait_for_output("^half a line$")

    def test_the_access_log_is_asked_for(self):
        with ModelServer(arguments=["--access-log"]).ready() as server:
            server.get("/health/ping")
            server.wait_for_output("GET /health/ping HTTP/1.1")


def connect(port):
    with socket.socket() as client:
        client.settimeout(DEADLINE)
        return client.connect_ex(("127.0.0.1", port))


class Stop(unittest.TestCase):
    def test_sigterm_ends_an_idle_server_with_code_0(self):
        with ModelServer().ready() as server:
            server.get("/health/ping")
            self.assertEqual(server.stop(), 0)

    def test_sigterm_lets_a_running_request_finish(self):
        with tempfile.TemporaryDirectory() as folder:
            gate = os.path.join(folder, "gate")
            os.mkfifo(gate)
            source = ("class Model:\n    def predict(self, X):\n        print('working')\n"
                      "        return open(%r).read()\n" % gate)
            with ModelServer(source).ready() as server:
                replies = []
                caller = threading.Thread(
                    target=lambda: replies.append(server.predict({"strData": ""})))
                caller.start()
                server.wait_for_output("^working$")
                server.signal(signal.SIGTERM)
                # Who comes now is refused at once, and does not wait for the others to end.
                end = time.monotonic() + DEADLINE
                while connect(server.port) != errno.ECONNREFUSED:
                    self.assertLess(time.monotonic(), end)
                pathlib.Path(gate).write_text("done")
                caller.join(DEADLINE)
                self.assertEqual(server.wait(), 0)
                self.assertEqual(replies[0].json["strData"], "done")

    def test_sigterm_while_loading_ends_at_once(self):
        source = IDENTITY + ("    def load(self):\n        import threading\n"
                             "        print('loading')\n        threading.Event().wait()\n")
        with ModelServer(source) as server:
            server.wait_for_output("^loading$")
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
