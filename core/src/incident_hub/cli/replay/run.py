"""Replaying a file against a hub, with a bar where it can be drawn."""

from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from incident_hub.cli.pace import Request, play
from incident_hub.cli.sending import Sender, Tally

__all__ = ["replay"]


async def replay(requests: Sequence[Request], url: str, speed: float | None, console: Console) -> Tally:
    """Send every request; `speed` None is as fast as it goes."""
    columns = (TextColumn("replay"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("replay", total=len(requests))
        async with Sender(url) as sender:
            await play(requests, sender, speed, lambda: progress.advance(task))
            return sender.tally
