"""A model that streams: to whoever asks, an event of 247 bytes at once and every 250 ms, each a chunk with the time it left.

    event_upstream.py PORT      listens on 127.0.0.1
"""
import asyncio
import sys
import time

EVENT_BYTES, PERIOD = 247, 0.25
# nginx holds replies back unless it is told not to.
HEAD = (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nX-Accel-Buffering: no\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n")


def event():
    begin, end = b"data: %d " % time.monotonic_ns(), b"\n\n"
    return begin + b"." * (EVENT_BYTES - len(begin) - len(end)) + end


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


async def stream(reader, writer):
    try:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD)
        while True:
            writer.write(chunk(event()))
            await writer.drain()
            await asyncio.sleep(PERIOD)
    except (ConnectionError, asyncio.IncompleteReadError):
        writer.close()


async def main():
    server = await asyncio.start_server(stream, "127.0.0.1", int(sys.argv[1]), backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
