"""Requests at their moments: several in flight, as from many senders, and in order where order matters."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from incident_hub.cli.sending import Sender

__all__ = ["Request", "play"]

_IN_FLIGHT = 16  # beyond that the sender waits for the hub


@dataclass(frozen=True, slots=True)
class Request:
    """One request, `at` seconds after the first. Those of one `order` never overtake each other."""

    at: float
    path: str
    body: object
    order: str = ""
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    alerts: int = 1


async def play(
    requests: Sequence[Request], sender: Sender, speed: float | None, sent: Callable[[], None]
) -> None:
    """Send each; `sent` is called after each. Speed 2 takes half the time, None is as fast as it goes."""
    loop = asyncio.get_running_loop()
    begin, gate = loop.time(), asyncio.Semaphore(_IN_FLIGHT)
    last: dict[str, asyncio.Task[None]] = {}

    async def one(request: Request, before: asyncio.Task[None] | None) -> None:
        try:
            if before is not None:
                await asyncio.wait([before])
            await sender.send(request.method, request.path, request.body, request.headers, request.alerts)
            sent()
        finally:
            gate.release()

    async with asyncio.TaskGroup() as group:
        for request in requests:
            if speed is not None:
                await asyncio.sleep(max(0.0, begin + request.at / speed - loop.time()))
            await gate.acquire()
            last[request.order] = group.create_task(one(request, last.get(request.order)))
