"""A little receiver for the demo's notifications: it counts what a real one would page with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

__all__ = ["Receiver", "receiving"]

_ANSWER = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
_BODY_LIMIT = 1024 * 1024


class Receiver:
    """Answers every POST with 204, and knows the keys that came."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request and close the connection."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[1:]
            headers = dict(line.lower().split(": ", 1) for line in head if ": " in line)
            await reader.readexactly(min(int(headers.get("content-length", "0")), _BODY_LIMIT))
            writer.write(_ANSWER)
            await writer.drain()
            self.keys.add(headers.get("webhook-id", ""))
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            pass  # a connection that brought no whole request brought no notification
        finally:
            writer.close()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on a free loopback port."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    receiver.url = f"http://{host}:{port}/pager"
    async with server:
        yield receiver
