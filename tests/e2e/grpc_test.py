"""gRPC end to end: grpcio's client, the gateway, and grpcio's server as the model."""
import base64
import pathlib
import queue
import shutil
import unittest
import urllib.parse

import grpc

from harness import Slipwayd

HERE = pathlib.Path(__file__).resolve().parent


class Grpc(unittest.TestCase):
    def setUp(self):
        self.server = Slipwayd("--engine=process")
        self.addCleanup(self.server.discard)
        folder = self.server.model_folder("speaks-grpc")
        shutil.copy(HERE / "grpc_model.py", folder)
        (folder / "slipway-model.toml").write_text(
            'command = ["/usr/bin/python3", "grpc_model.py"]\n[environment]\nSLIPWAY_MODEL_HOST = "127.0.0.1"\n')
        self.server.start()
        self.addCleanup(lambda: self.server.process is not None and self.server.delete_all())
        self.channel = grpc.insecure_channel(urllib.parse.urlparse(self.server.url).netloc)
        self.addCleanup(self.channel.close)

    def deploy(self, **wanted):
        made = self.server.create(image="speaks-grpc", replicas=1, **wanted)
        self.server.wait_phase(made["id"], "Deployed")
        return made["id"]

    def refusal(self, call, *arguments, **named):
        with self.assertRaises(grpc.RpcError) as caught:
            call(*arguments, timeout=30, **named)
        return caught.exception

    def test_calls_of_all_four_kinds_pass_with_metadata_and_trailers(self):
        deployment = self.deploy(name="public", id="public")
        echo = self.channel.unary_unary(f"/deployment/{deployment}/test.Model/Echo")
        answer, call = echo.with_call(b"hello", timeout=30)
        self.assertEqual(answer, b"echo hello")
        self.assertIn(("x-initial", "one"), call.initial_metadata())
        self.assertIn(("x-trailing", "two"), call.trailing_metadata())
        # As generated stubs are told apart by Seldon's ingress.
        asked = self.channel.unary_unary("/test.Model/Metadata")
        seen = asked(b"", metadata=(("seldon", deployment), ("x-mine", "3"), ("data-bin", b"\0\1")), timeout=30).decode()
        self.assertIn("x-mine=3", seen)
        self.assertIn("data-bin=", seen)
        self.assertIn("seldon-puid=", seen)
        self.assertIn("x-forwarded-for=127.0.0.1", seen)
        # A megabyte and more both ways: past every window.
        big = bytes(3_000_000)
        self.assertEqual(echo(big, timeout=60), b"echo " + big)
        count = self.channel.unary_stream(f"/deployment/{deployment}/test.Model/Count")
        self.assertEqual([int(piece) for piece in count(b"200", timeout=30)], list(range(200)))
        total = self.channel.stream_unary(f"/deployment/{deployment}/test.Model/Total")
        self.assertEqual(total((b"x" * 10_000 for _ in range(100)), timeout=30), b"1000000")
        # One waits for the other's word, so nothing may be held back on the way.
        words = queue.Queue()
        talk = self.channel.stream_stream(f"/deployment/{deployment}/test.Model/Talk")
        heard = talk(iter(words.get, None), timeout=30)
        for word in (b"one", b"two", b"three"):
            words.put(word)
            self.assertEqual(next(heard), b"heard " + word)
        words.put(None)
        self.assertEqual(list(heard), [])
        self.assertEqual(heard.code(), grpc.StatusCode.OK)

    def test_statuses_pass_and_refusals_are_statuses(self):
        deployment = self.deploy(name="private", id="private", access="private")
        status, client = self.server.api("POST", "/api/v1/deployments/private/clients", {"name": "ada"})
        self.assertEqual(status, 201, client)
        basic = "Basic " + base64.b64encode(f"ada:{client['token']}".encode()).decode()
        signed = (("authorization", basic), ("seldon", deployment))
        fail = self.channel.unary_unary("/test.Model/Fail")
        error = self.refusal(fail, b"ready", metadata=signed)
        self.assertEqual((error.code(), error.details()),
                         (grpc.StatusCode.FAILED_PRECONDITION, "no: ready at 100%"))
        self.assertEqual(self.refusal(fail, b"", metadata=signed[1:]).code(), grpc.StatusCode.UNAUTHENTICATED)
        self.assertEqual(self.refusal(fail, b"", metadata=(("seldon", "none"),)).code(), grpc.StatusCode.NOT_FOUND)
        self.assertEqual(self.refusal(fail, b"").code(), grpc.StatusCode.UNIMPLEMENTED)
        seen = self.channel.unary_unary("/test.Model/Metadata")(b"", metadata=signed, timeout=30).decode()
        self.assertIn("x-forwarded-user=ada", seen)
        self.assertNotIn("authorization", seen)
        # Who gives up is heard by the model: it would wait for ever, and a stop would not end in time.
        slow = self.channel.unary_unary("/test.Model/Wait")
        with self.assertRaises(grpc.RpcError) as caught:
            slow(b"", metadata=signed, timeout=1)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
        status, _ = self.server.api("POST", "/api/v1/deployments/private/stop")
        self.assertIn(status, (200, 202))
        self.server.wait_phase(deployment, "Stopped")
        self.assertEqual(self.refusal(fail, b"", metadata=signed).code(), grpc.StatusCode.UNAVAILABLE)


if __name__ == "__main__":
    unittest.main()
