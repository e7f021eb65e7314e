"""The demo from start to end: hub, receiver, follower, storm, summary."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console
from rich.live import Live

from incident_hub.cli.demo.follow import follow
from incident_hub.cli.demo.receiver import Receiver, receiving
from incident_hub.cli.demo.storm import build_storm
from incident_hub.cli.demo.summary import settle, summarise
from incident_hub.cli.demo.table import Board
from incident_hub.cli.pace import Request, play
from incident_hub.cli.sending import Sender, Tally
from incident_hub.cli.throwaway import RunningHub, throwaway_hub
from incident_hub.host.config import NotifyTarget

__all__ = ["DemoOptions", "run_demo"]

_CHANNEL = "notifier_webhook"
_PLAIN_ROWS = 12
_STEPS = 4  # lines of progress where nothing can be redrawn


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """How the demo is played."""

    alerts: int
    speed: float
    port: int
    seed: int
    leave: bool


async def run_demo(options: DemoOptions, console: Console) -> None:
    """Play the storm, tell what came of it, then serve until Ctrl-C unless told to leave."""
    shots = build_storm(datetime.now(UTC), seed=options.seed, alerts=options.alerts, speed=options.speed)
    async with receiving() as receiver, throwaway_hub(options.port, [_target(receiver)]) as running:
        console.print(f"Incident Hub runs at {running.url}, on a throw-away database", highlight=False)
        tally = await _storm(running, shots, options.speed, console)
        summary = await summarise(running, tally, receiver)
        for name, value in summary.lines():
            console.print(f"{name:>16}  {value}", markup=False, highlight=False)
        if not options.leave:
            console.print(
                f"\nLook around: {running.url}/graphql (GraphiQL). Ctrl-C ends it.", highlight=False
            )
            await asyncio.wait([running.done])


async def _storm(running: RunningHub, shots: Sequence[Request], speed: float, console: Console) -> Tally:
    board = Board(sum(shot.alerts for shot in shots))
    async with _following(running.url, board), Sender(running.url) as sender:
        if console.is_terminal:
            with Live(board, console=console, refresh_per_second=8):
                await play(shots, sender, speed, lambda: board.sent(sender.tally.alerts))
                await settle(running)
        else:
            progress = _Steps(board, console)
            await play(shots, sender, speed, lambda: progress.sent(sender.tally.alerts))
            await settle(running)
            console.print(board.table(_PLAIN_ROWS))
        return sender.tally


@asynccontextmanager
async def _following(url: str, board: Board) -> AsyncIterator[None]:
    async def keep_up() -> None:
        async for update in follow(url):
            board.update(update["incident"])

    task = asyncio.create_task(keep_up(), name="follower")
    try:
        yield
        if task.done():
            await task  # it never ends by itself: what it raises is worth more than a stale table
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class _Steps:
    """A few plain lines instead of a bar."""

    def __init__(self, board: Board, console: Console) -> None:
        self._board = board
        self._console = console
        self._step = 1

    def sent(self, alerts: int) -> None:
        """Say so when another part of the storm is over."""
        if alerts * _STEPS >= self._step * self._board.total:
            self._step = alerts * _STEPS // self._board.total + 1
            known = len(self._board.incidents)
            self._console.print(
                f"storm: {alerts}/{self._board.total} alerts, {known} incidents", highlight=False
            )


def _target(receiver: Receiver) -> NotifyTarget:
    return NotifyTarget(
        channel=_CHANNEL, min_severity="P2", options={"url": receiver.url, "allow_private": True}
    )
