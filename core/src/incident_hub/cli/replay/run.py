"""Sending payloads in their order and at their pace."""

import asyncio
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from incident_hub.cli.replay.formats import Payload
from incident_hub.cli.sending import Sender, Tally

__all__ = ["replay"]


async def replay(payloads: Sequence[Payload], url: str, speed: float | None, console: Console) -> Tally:
    """Send one after the other, for order is part of what is replayed; `speed` None is as fast as it goes."""
    columns = (TextColumn("replay"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    loop = asyncio.get_running_loop()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task, begin = progress.add_task("replay", total=len(payloads)), loop.time()
        async with Sender(url) as sender:
            for place, payload in enumerate(payloads):
                if speed is not None:
                    due = begin + _offset(payloads, place) / speed
                    await asyncio.sleep(max(0.0, due - loop.time()))
                await sender.post(
                    payload.path, payload.body, headers=dict(payload.headers), method=payload.method
                )
                progress.advance(task)
            return sender.tally


def _offset(payloads: Sequence[Payload], place: int) -> float:
    """Seconds after the first payload; one second each where the data knows no time."""
    first, here = payloads[0].at, payloads[place].at
    return (here - first).total_seconds() if first and here else float(place)
