"""A task in the background: it takes turns until it is stopped, and no failure ends it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from incident_hub.domain.clock import HubClock

__all__ = ["Background"]

_log = logging.getLogger("incident_hub.events")
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0
_STOP_SECONDS = 5.0


class Background:
    """Calls `turn` again at once while it returns True, otherwise when woken or after `rest` seconds.

    A turn that fails is tried again, each time later, up to five seconds.
    """

    def __init__(self, name: str, turn: Callable[[], Awaitable[bool]], rest: float, clock: HubClock) -> None:
        self._name = name
        self._turn = turn
        self._rest = rest
        self._clock = clock
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._failures = 0
        self._failed_at = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, on the running loop."""
        self._stopping.clear()
        self._task = asyncio.create_task(self._run(), name=self._name)

    def wake(self) -> None:
        """Take a turn now."""
        self._wake.set()

    async def stop(self) -> None:
        """End after the turn that runs, or cut it off when it takes too long."""
        self._stopping.set()
        self._wake.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=_STOP_SECONDS)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                again = await self._turn()
            except Exception as error:  # the boundary: whatever is wrong may be right later
                await self._failed(error)
                continue
            self._succeeded()
            if not again and not self._stopping.is_set():
                await _wait(self._wake, self._rest)

    async def _failed(self, error: Exception) -> None:
        if not self._failures:
            self._failed_at = self._clock.seconds()
            _log.warning("%s waits: %s: %s", self._name, type(error).__name__, error)
        pause = min(_FIRST_PAUSE * 2 ** min(self._failures, 10), _LONGEST_PAUSE)
        self._failures += 1
        await _wait(self._stopping, pause)

    def _succeeded(self) -> None:
        if self._failures:
            away = self._clock.seconds() - self._failed_at
            _log.info("%s goes on after %.1f seconds", self._name, away)
            self._failures = 0


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
