"""A model that speaks WebSocket below /ws, and says beforehand what the gateway told it."""
import asyncio
import http
import os

import websockets


async def echo(connection):
    await connection.send(f"hello {connection.request_headers.get('X-Forwarded-User', 'stranger')}")
    async for message in connection:
        await connection.send(message)


async def ready(path, _):
    if not path.startswith("/ws"):
        return http.HTTPStatus.OK, [], b"ready"


async def main():
    async with websockets.serve(echo, "127.0.0.1", int(os.environ["PREDICTIVE_UNIT_SERVICE_PORT"]), process_request=ready, max_size=None):
        await asyncio.Future()


asyncio.run(main())
