"""The newest events, in memory, shared by every subscriber of a process."""

from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter

from incident_hub.events.reading import EventRow

__all__ = ["Ring"]

_CURSOR = attrgetter("cursor")


class Ring:
    """Holds every event above `floor` and up to `head`; what is older is let go.

    It is trimmed by tenths: a list that is cut rarely is as good as a ring, and can be bisected.
    """

    def __init__(self, size: int, head: int) -> None:
        self._size = size
        self._rows: list[EventRow] = []
        self.floor = head
        self.head = head

    def append(self, rows: Sequence[EventRow]) -> None:
        """Add the events that follow the head, of which none is left out."""
        if not rows:
            return
        self._rows.extend(rows)
        self.head = rows[-1].cursor
        excess = len(self._rows) - self._size
        if excess > self._size // 10:
            self.floor = self._rows[excess - 1].cursor
            del self._rows[:excess]

    def after(self, cursor: int, limit: int) -> list[EventRow]:
        """Up to `limit` events above a cursor that is not below the floor."""
        if cursor >= self.head:
            return []
        start = bisect_right(self._rows, cursor, key=_CURSOR)
        return self._rows[start : start + limit]
