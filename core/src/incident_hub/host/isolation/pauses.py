"""How long to wait before a child is started again: not at all at first, longer each time it dies soon."""

from collections.abc import Callable
from time import monotonic

__all__ = ["Pauses"]

FIRST, LONGEST = 0.25, 30.0
SOUND_SECONDS = 60.0


class Pauses:
    """A child that lived for a minute was sound, and the next one is started at once again."""

    __slots__ = ("_begun", "_due", "_next", "_now")

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._next, self._begun, self._due = 0.0, now(), 0.0

    @property
    def left(self) -> float:
        """Seconds until a child may be started."""
        return max(self._due - self._now(), 0.0)

    def began(self) -> None:
        """A child was started."""
        self._begun = self._now()

    def ended(self) -> None:
        """It died, or did not even begin to serve."""
        now = self._now()
        if now - self._begun >= SOUND_SECONDS:
            self._next = 0.0
        self._due = now + self._next
        self._next = min(max(self._next * 2, FIRST), LONGEST)
