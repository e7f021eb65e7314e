"""The hub's own clock: the wall clock is read once, from then on only the monotonic one counts."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

__all__ = ["HubClock"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class HubClock:
    """UTC time that runs evenly: a wall clock that is moved meanwhile moves nothing here.

    Both sources count nanoseconds; a test passes its own.
    """

    __slots__ = ("_anchor", "_monotonic")

    def __init__(
        self,
        wall: Callable[[], int] = time.time_ns,
        monotonic: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._monotonic = monotonic
        self._anchor = wall() - monotonic()

    def micros(self) -> int:
        """Microseconds since 1970 began, in UTC."""
        return (self._anchor + self._monotonic()) // 1000

    def now(self) -> datetime:
        """Now, in UTC."""
        return _EPOCH + timedelta(microseconds=self.micros())

    def seconds(self) -> float:
        """Seconds on the monotonic clock, for measuring how long something takes."""
        return self._monotonic() / 1e9
