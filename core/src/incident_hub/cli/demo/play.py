"""Playing the storm: each request at its moment, several at a time, as senders do."""

import asyncio
from collections.abc import Callable, Sequence

from incident_hub.cli.demo.shots import Shot
from incident_hub.cli.sending import Sender

__all__ = ["play"]

_LATEST = 16  # requests in flight: beyond that the storm waits for the hub


async def play(shots: Sequence[Shot], sender: Sender, speed: float, sent: Callable[[int], None]) -> None:
    """Send every shot; `sent` hears the number of alerts so far. Speed 2 takes half the time."""
    loop = asyncio.get_running_loop()
    begin, gate = loop.time(), asyncio.Semaphore(_LATEST)
    last: dict[str, asyncio.Task[None]] = {}

    async def one(shot: Shot, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        try:
            await sender.post(shot.path, shot.body, headers=dict(shot.headers), alerts=shot.alerts)
            sent(sender.tally.alerts)
        finally:
            gate.release()

    async with asyncio.TaskGroup() as group:
        for shot in shots:
            await asyncio.sleep(max(0.0, begin + shot.at / speed - loop.time()))
            await gate.acquire()
            # one sender's requests stay in order: a resolve never overtakes what it resolves
            last[shot.path] = group.create_task(one(shot, last.get(shot.path)))
