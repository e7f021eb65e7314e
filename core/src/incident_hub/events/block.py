"""One sealed block, held against the events that are in its range."""

from typing import Any, Literal

from sqlalchemy import Row

from incident_hub.events.seal import LINK_BYTES, chained, link

__all__ = ["Block", "Fault"]

Fault = Literal["changed", "missing", "inserted", "seal_broken"]


class Block:
    """One seal, and the events that lie in its range, fed in order."""

    def __init__(self, sealed: Row[int, int, bytes, str], previous: bytes) -> None:
        self.digest = previous
        self.count = 0
        self._sealed = sealed
        self._links = bytes(sealed.links)
        self._bad: tuple[int, Fault] | None = None

    def add(self, row: tuple[Any, ...]) -> None:
        """The next event. The first that differs from its link is the fault; what follows it must."""
        self.digest = chained(self.digest, row)
        if self._bad is None:
            self._bad = self._compared(row[0])
        self.count += 1

    def fault(self) -> tuple[int, Fault] | None:
        """What is wrong, when all events were added."""
        broken: tuple[int, Fault] = (self._sealed.last_cursor, "seal_broken")
        if self._malformed():
            return broken
        expected = self._cursor(self.count)
        if self._bad is None and expected is not None:
            self._bad = (expected, "missing")
        if self.digest.hex() == self._sealed.digest:
            return broken if self._bad else None
        return self._bad or broken

    def _compared(self, cursor: int) -> tuple[int, Fault] | None:
        expected = self._cursor(self.count)
        if expected is None or cursor < expected:
            return cursor, "inserted"
        if cursor > expected:
            return expected, "missing"
        start = self.count * LINK_BYTES
        same = self._links[start : start + LINK_BYTES] == link(cursor, self.digest)
        return None if same else (cursor, "changed")

    def _cursor(self, index: int) -> int | None:
        """The cursor of a link; None behind the last one."""
        raw = self._links[index * LINK_BYTES : index * LINK_BYTES + 8]
        return int.from_bytes(raw, "big", signed=True) if len(raw) == 8 else None

    def _malformed(self) -> bool:
        """Whether the seal contradicts itself."""
        links, sealed = self._links, self._sealed
        if not links or len(links) % LINK_BYTES:
            return True
        ends = (self._cursor(0), self._cursor(len(links) // LINK_BYTES - 1))
        return ends != (sealed.first_cursor, sealed.last_cursor) or links[-16:].hex() != sealed.digest[:32]
