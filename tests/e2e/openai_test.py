"""OpenAI's own client streams from a private model through the gateway."""
import json
import os
import pathlib
import shutil
import subprocess
import unittest

from harness import ROOT, Slipwayd

HERE = pathlib.Path(__file__).parent
PROGRAM = pathlib.Path(os.environ.get("SLIPWAY_TEST_OPENAI", ROOT / "build/e2e-openai")) / "chat.mjs"
PIECES = ["one ", "piece ", "at ", "a ", "time"]


class OpenAi(unittest.TestCase):
    def test_a_chat_streams_piece_by_piece_to_the_client_and_to_no_stranger(self):
        server = Slipwayd("--engine=process")
        self.addCleanup(server.discard)
        folder = server.model_folder("chat")
        shutil.copy(HERE / "openai_model.py", folder)
        (folder / "slipway-model.toml").write_text('command = ["/usr/bin/python3", "openai_model.py"]\n')
        server.start()
        self.addCleanup(server.delete_all)
        server.create(name="chat", id="chat", image="chat", access="private")
        server.wait_phase("chat", "Deployed")
        status, client = server.api("POST", "/api/v1/deployments/chat/clients", {"name": "bot"})
        self.assertEqual(status, 201, client)

        base = f"{server.url}/deployment/chat"
        done = subprocess.run(["node", PROGRAM], capture_output=True, text=True, timeout=120, env={
            **os.environ, "SLIPWAY_MODEL_URL": f"{base}/v1", "SLIPWAY_MODEL_ACK": f"{base}/ack", "SLIPWAY_CLIENT_TOKEN": client["token"]})
        self.assertEqual(done.returncode, 0, done.stderr)
        told = json.loads(done.stdout)
        self.assertEqual(told["models"], ["scripted"])
        self.assertEqual(told["whole"], "".join(PIECES))
        self.assertEqual(told["pieces"], PIECES)
        self.assertEqual(told["refused"], {"status": 401, "name": "AuthenticationError"})


if __name__ == "__main__":
    unittest.main()
