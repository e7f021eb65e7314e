"""A small load generator over raw sockets, for machines without wrk: keep-alive, no pipelining."""

import asyncio
import random
import time
from urllib.parse import urlsplit

from load import Load, Outcome
from work import RECENT

__all__ = ["send"]


class _Bodies:
    """Writes each body anew, with the share of duplicates that was asked for."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._pieces = load.form.pieces()
        self._run = f"r{time.time_ns() // 1_000_000}-"
        self._count = 0
        self._random = random.Random(7)

    def next(self) -> bytes:
        alerts = ",".join(self._alert() for _ in range(self._load.batch))
        return (f"[{alerts}]" if self._load.listed else alerts).encode()

    def _alert(self) -> str:
        if self._count and self._random.random() < self._load.duplicates:
            number = self._random.randint(max(1, self._count - RECENT), self._count)
        else:
            self._count += 1
            number = self._count
        return f"{self._run}{number}".join(self._pieces)


async def send(url: str, load: Load) -> Outcome:
    """Run the load against `url`."""
    bodies, times, statuses = _Bodies(load), list[float](), list[int]()
    start = time.perf_counter()
    end = start + load.seconds
    clients = (_client(url, load, bodies, end, times, statuses) for _ in range(load.clients))
    await asyncio.gather(*clients)
    seconds = time.perf_counter() - start
    times.sort()
    good = sum(1 for status in statuses if status < 400)
    marks = [
        times[min(len(times) - 1, int(len(times) * part))] * 1000 if times else 0.0
        for part in (0.5, 0.95, 0.99)
    ]
    return Outcome(good * load.batch, seconds, len(statuses) - good, *marks)


async def _client(
    url: str, load: Load, bodies: _Bodies, end: float, times: list[float], statuses: list[int]
) -> None:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = (
        f"POST {load.form.path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: "
    )
    while (begin := time.perf_counter()) < end:
        body = bodies.next()
        writer.write(f"{head}{len(body)}\r\n\r\n".encode() + body)
        statuses.append(await _answer(reader))
        times.append(time.perf_counter() - begin)
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    at = head.find(b"content-length:")
    if at >= 0:
        await reader.readexactly(int(head[at + 15 : head.index(b"\r\n", at)]))
    return int(head.split(b" ", 2)[1])
