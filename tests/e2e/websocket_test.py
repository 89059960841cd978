"""WebSocket end to end: the client of the package websockets, the gateway, and its server as the model."""
import asyncio
import pathlib
import shutil
import unittest

import websockets

from harness import Slipwayd

HERE = pathlib.Path(__file__).resolve().parent


class Websocket(unittest.TestCase):
    def setUp(self):
        self.server = Slipwayd("--engine=process", "--tls-listen=127.0.0.1:0", "--tls-self-signed=localhost")
        self.addCleanup(self.server.discard)
        folder = self.server.model_folder("echoes")
        shutil.copy(HERE / "websocket_model.py", folder)
        (folder / "slipway-model.toml").write_text('command = ["/usr/bin/python3", "websocket_model.py"]\n')
        self.server.start()
        self.addCleanup(lambda: self.server.process is not None and self.server.delete_all())

    def deploy(self, name, **wanted):
        self.server.create(name=name, id=name, image="echoes", replicas=1, **wanted)
        self.server.wait_phase(name, "Deployed")

    def connect(self, name, token=None):
        return websockets.connect(f"{self.server.url.replace('http', 'ws', 1)}/deployment/{name}/ws", max_size=None,
                                  extra_headers={"Authorization": f"Bearer {token}"} if token else {})

    def test_messages_of_every_size_pass_both_ways_at_the_same_time(self):
        self.deploy("public", allow_websocket=True)
        messages = ["text", "", "\u26f5", b"\0\1\2", bytes(3_000_000), "x" * 70_000]

        async def talk():
            async with self.connect("public") as connection:
                self.assertEqual(await connection.recv(), "hello stranger")
                sent = asyncio.gather(*(connection.send(message) for message in messages))
                self.assertEqual([await connection.recv() for _ in messages], messages)
                await sent
                await asyncio.wait_for(await connection.ping(), 30)
                await connection.close(1000, "done")
                self.assertEqual((connection.close_code, connection.close_reason), (1000, "done"))

        asyncio.run(talk())

    def test_a_private_one_is_for_its_clients_and_ends_when_they_are_removed(self):
        self.deploy("private", allow_websocket=True, access="private")
        status, client = self.server.api("POST", "/api/v1/deployments/private/clients", {"name": "ada"})
        self.assertEqual(status, 201, client)

        async def talk():
            with self.assertRaises(websockets.InvalidStatusCode) as refused:
                async with self.connect("private"):
                    pass
            self.assertEqual(refused.exception.status_code, 401)
            async with self.connect("private", client["token"]) as connection:
                self.assertEqual(await connection.recv(), "hello ada")
                status, answer = await asyncio.to_thread(self.server.api, "DELETE", "/api/v1/deployments/private/clients/ada")
                self.assertEqual(status, 204, answer)
                with self.assertRaises(websockets.ConnectionClosed):
                    await asyncio.wait_for(connection.recv(), 60)

        asyncio.run(talk())

    def test_where_it_is_not_allowed_it_is_refused_and_http_goes_on(self):
        self.deploy("plain")

        async def talk():
            with self.assertRaises(websockets.InvalidStatusCode) as refused:
                async with self.connect("plain"):
                    pass
            self.assertEqual(refused.exception.status_code, 403)

        asyncio.run(talk())
        status, body, _ = self.server.http("GET", "/deployment/plain/other")
        self.assertEqual((status, body), (200, b"ready"))


if __name__ == "__main__":
    unittest.main()
