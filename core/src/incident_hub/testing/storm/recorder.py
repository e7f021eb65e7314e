"""An HTTP server that remembers the `webhook-id` of each request, and can be slow to answer."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

__all__ = ["Recorder", "recorder"]

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"


class Recorder:
    """What came in, by key. Who is killed while it waits for the answer has been heard all the same."""

    def __init__(self, chance: random.Random, slowest: float) -> None:
        self.seen: Counter[str] = Counter()
        self.url = ""
        self._chance = chance
        self._slowest = slowest
        self._open: dict[asyncio.StreamWriter, asyncio.Event] = {}

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        ended = self._open[writer] = asyncio.Event()
        try:
            await self._serve(reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            del self._open[writer]
            ended.set()

    async def close(self) -> None:
        """End the connections that are still open: else the loop ends first, and their sockets stay."""
        waiting = dict(self._open)
        for writer in waiting:
            writer.close()
        await asyncio.gather(*(ended.wait() for ended in waiting.values()))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                headers = dict(_pairs(head))
                await reader.readexactly(int(headers["content-length"]))
                self.seen[headers["webhook-id"]] += 1
                await asyncio.sleep(self._chance.uniform(0, self._slowest))
                writer.write(_ANSWER)
                await writer.drain()


@asynccontextmanager
async def recorder(chance: random.Random, port: int, slowest: float = 0.05) -> AsyncIterator[Recorder]:
    """A recorder on a loopback port."""
    made = Recorder(chance, slowest)
    server = await asyncio.start_server(made.handle, "127.0.0.1", port)
    made.url = f"http://127.0.0.1:{port}/"
    try:
        yield made
    finally:
        server.close()
        await made.close()


def _pairs(head: bytes) -> list[tuple[str, str]]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    return [
        (name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines if line)
    ]
