"""The Unix socket beside the port: what it serves, when it opens, what may be wrong with it."""

import http.client
import json
import os
import pathlib
import signal
import socket
import stat
import tempfile
import unittest

from tests.model_server import DEADLINE, IDENTITY, ModelServer, UnixConnection

PID = "import os\nclass Model:\n    def predict(self, X): return str(os.getpid())\n"


def leave_stale_socket(path):
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(path)


class UnixSocketTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="slipway-unix-test-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = os.path.join(folder.name, "model.sock")

    def server(self, source=IDENTITY, path=None, **options):
        return ModelServer(source, SLIPWAY_UNIX_SOCKET=path or self.path, **options)

    def assert_predicts(self, server, unix_socket):
        reply = server.request("POST", "/predict", json.dumps({"strData": "hello"}),
                               {"Content-Type": "application/json"}, unix_socket)
        self.assertEqual((reply.status, reply.text), (200, '{"meta":{},"strData":"hello"}\n'))

    def assert_serves_both(self, server):
        self.assert_predicts(server, self.path)
        self.assert_predicts(server, None)
        self.assertNotIn("warning", server.output)

    def assert_tcp_only(self, path, words):
        """The server serves, and has said in one line what is wrong, where, and what it does."""
        with self.server(path=path).ready() as server:
            self.assert_predicts(server, None)
            line, = [line for line in server.output.splitlines() if "warning" in line]
            for text in (ascii(path), words, "serving on TCP only"):
                self.assertIn(text, line)
            self.assertEqual(server.stop(), 0)


class Serving(UnixSocketTest):
    def test_both_ways_in_predict_with_any_number_of_threads_and_workers(self):
        for knobs in ({}, {"GUNICORN_THREADS": "1"}, {"GUNICORN_WORKERS": "2"}):
            with self.subTest(knobs), self.server(**knobs).ready() as server:
                self.assert_serves_both(server)

    def test_without_the_variable_there_is_no_socket(self):
        for options in ({}, {"SLIPWAY_UNIX_SOCKET": ""}):
            with self.subTest(options), ModelServer(**options).ready() as server:
                self.assert_predicts(server, None)
                self.assertNotIn("warning", server.output)

    def test_other_users_may_connect_whatever_the_umask_is(self):
        before = os.umask(0o077)
        try:
            server = self.server()
        finally:
            os.umask(before)
        with server.ready():
            self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode) & 0o666, 0o666)

    def test_a_connection_is_kept_between_requests(self):
        with self.server().ready():
            connection = UnixConnection(self.path)
            self.addCleanup(connection.close)
            used = set()
            for _ in range(3):
                connection.request("GET", "/health/ping")
                self.assertEqual(connection.getresponse().read(), b"pong")
                used.add(connection.sock)
            self.assertEqual(len(used), 1)

    def test_a_request_without_a_host_and_the_access_log_work(self):
        with self.server(arguments=["--access-log"]).ready() as server:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(DEADLINE)
                client.connect(self.path)
                client.sendall(b"GET /health/ping HTTP/1.0\r\n\r\n")
                answer = http.client.HTTPResponse(client)
                self.addCleanup(answer.close)
                answer.begin()
                self.assertEqual((answer.status, answer.read()), (200, b"pong"))
            server.wait_for_output("GET /health/ping HTTP/1.0")

    def test_the_gateway_says_the_scheme_and_no_caller_can_contradict_it(self):
        source = ("from flask import request\nclass Model:\n"
                  "    def predict(self, X): return request.scheme\n")
        with self.server(source).ready() as server:
            for way in (self.path, None):
                for scheme, contrary in (("http", "on"), ("https", "off")):
                    reply = server.request("POST", "/predict", '{"strData":""}', {
                        "Content-Type": "application/json", "X-Forwarded-Ssl": contrary,
                        "X-Forwarded-Proto": scheme}, way)
                    self.assertEqual((reply.status, reply.json.get("strData")), (200, scheme))

    def test_a_worker_that_was_replaced_serves_both(self):
        with self.server(PID, GUNICORN_MAX_REQUESTS="1").ready() as server:
            replies = [server.request("POST", "/predict", '{"strData":""}',
                                      {"Content-Type": "application/json"}, way)
                       for way in (self.path, None, self.path, None)]
            self.assertEqual([reply.status for reply in replies], [200] * 4)
            self.assertGreater(len({reply.json["strData"] for reply in replies}), 1)


class Gate(UnixSocketTest):
    def test_connections_are_refused_until_load_has_returned(self):
        gate = os.path.join(self.folder, "gate")
        os.mkfifo(gate)
        source = IDENTITY + ("    def load(self):\n        print('loading')\n"
                             "        open(%r).read()\n" % gate)
        leave_stale_socket(self.path)
        with self.server(source) as server:
            server.wait_for_output("^loading$")
            with socket.socket(socket.AF_UNIX) as probe:
                with self.assertRaises(ConnectionRefusedError):
                    probe.connect(self.path)
            pathlib.Path(gate).write_text("go")
            server.ready()
            self.assert_serves_both(server)

    def test_a_failing_load_leaves_no_socket(self):
        with self.server(IDENTITY + "    def load(self): raise OSError('no weights')\n") as server:
            self.assertEqual(server.wait(), 3)
            self.assertEqual(os.listdir(self.folder), [])


class End(UnixSocketTest):
    def test_a_clean_end_removes_the_socket(self):
        with self.server().ready() as server:
            self.assert_serves_both(server)
            self.assertEqual(server.stop(), 0)
            self.assertEqual(os.listdir(self.folder), [])

    def test_the_socket_of_a_killed_server_is_replaced(self):
        with self.server().ready() as server:
            server.signal(signal.SIGKILL)
            server.wait()  # its worker is gone too: it held the output open
            self.assertTrue(os.path.exists(self.path))
        with self.server().ready() as server:
            self.assert_serves_both(server)

    def test_the_end_of_a_server_leaves_its_successors_socket_alone(self):
        with self.server().ready() as first, self.server().ready() as second:
            self.assertEqual(first.stop(), 0)
            self.assert_serves_both(second)


class Unusable(UnixSocketTest):
    def test_a_path_that_can_not_be_bound_is_a_warning(self):
        blocked = os.path.join(self.folder, "file")
        pathlib.Path(blocked).touch()
        too_long = self.folder + "/" + "x" * (108 - len(os.fsencode(self.folder)) - 1)
        for path, words in ((self.folder + "/missing/model.sock", "No such file or directory"),
                            (blocked + "/model.sock", "Not a directory"),
                            (too_long, "longer than 107 bytes"),
                            ("model.sock", "not absolute"),
                            ("@model.sock", "not absolute"),
                            (self.folder + "/a\nb\u00e9\udcff/model.sock", "No such file")):
            with self.subTest(path):
                self.assert_tcp_only(path, words)
        self.assertEqual(os.listdir(self.folder), ["file"])

    def test_the_longest_path_is_served(self):
        self.path = self.folder + "/" + "x" * (107 - len(os.fsencode(self.folder)) - 1)
        with self.server().ready() as server:
            self.assert_serves_both(server)

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_folder_that_is_not_writable_is_a_warning(self):
        os.chmod(self.folder, 0o500)
        self.addCleanup(os.chmod, self.folder, 0o700)
        self.assert_tcp_only(self.path, "Permission denied")

    def test_what_is_not_a_socket_is_left_alone(self):
        pathlib.Path(self.path).write_text("precious")
        self.assert_tcp_only(self.path, "not a socket")
        self.assertEqual(pathlib.Path(self.path).read_text(), "precious")

    def test_a_link_to_a_socket_is_left_alone(self):
        target = os.path.join(self.folder, "target")
        leave_stale_socket(target)
        os.symlink(target, self.path)
        self.assert_tcp_only(self.path, "not a socket")
        self.assertEqual(sorted(os.listdir(self.folder)), ["model.sock", "target"])

    def test_a_folder_at_the_path_is_left_alone(self):
        os.mkdir(self.path)
        self.assert_tcp_only(self.path, "not a socket")
        self.assertTrue(os.path.isdir(self.path))


if __name__ == "__main__":
    unittest.main()
