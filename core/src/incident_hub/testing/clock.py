"""A hub's clock that stands still until a test moves it."""

from collections.abc import Callable
from datetime import datetime

from incident_hub_hookspecs.testing import NOON

from incident_hub.domain.clock import HubClock

__all__ = ["StandingClock"]

_SECOND = 1_000_000_000


class StandingClock(HubClock):
    """Shows `at`, and what was added since. Whoever waits for a time is woken when it moves."""

    __slots__ = ("_elapsed", "_wakers")

    def __init__(self, at: datetime = NOON) -> None:
        self._elapsed = 0
        self._wakers: list[Callable[[], None]] = []
        super().__init__(lambda: int(at.timestamp()) * _SECOND, lambda: self._elapsed)

    def on_move(self, wake: Callable[[], None]) -> None:
        """Call this whenever the clock moves."""
        self._wakers.append(wake)

    def move(self, seconds: float) -> None:
        """Let time pass: timers that are due now fire soon after."""
        self._elapsed += int(seconds * _SECOND)
        for wake in self._wakers:
            wake()
