"""The live timeline: one reader a process, any number of subscribers, nothing lost or seen twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial

from incident_hub.domain.clock import HubClock
from incident_hub.events.background import Background
from incident_hub.events.reading import EventRow, present, read_decided, read_events
from incident_hub.events.ring import Ring
from incident_hub.storage.database import Database, DatabaseUnavailableError

__all__ = ["EventRow", "Feed"]

_PAGE = 500
_POLL_SECONDS = {"sqlite": 0.1, "postgresql": 0.5}  # SQLite has no other news of other processes
_RETRY_SECONDS = 0.5
_HELD_BACK_SECONDS = 0.01
_GATHER_SECONDS = 0.01
_IDLE_SECONDS = 0.05


class Feed:
    """Follows the timeline from `start` on, up to where every event is decided.

    Each subscriber goes by its own cursor: through memory while it keeps up, else through the
    database. None is waited for and none has a queue of its own.
    """

    def __init__(self, database: Database, clock: HubClock, *, ring: int = 10_000) -> None:
        self._database = database
        self._size = ring
        self._ring: Ring | None = None
        self._news = asyncio.Event()
        self._readers = 0
        self._stopped = False
        rest = _POLL_SECONDS[database.dialect]
        self._tail = Background("the timeline's reader", self._turn, rest, clock)
        self._signal = None
        if database.dialect == "postgresql":
            from incident_hub.events.signal import Signal  # noqa: PLC0415 - needs one of two drivers

            self._signal = Signal(database, clock, self._tail.wake)

    @property
    def head(self) -> int:
        """The cursor of the newest event that subscribers can have seen."""
        return self._ring.head if self._ring else 0

    async def start(self) -> None:
        """Begin to follow the timeline, on the running loop."""
        self._stopped = False
        with suppress(DatabaseUnavailableError):  # then the reader begins when it is back
            await self._turn()
        self._tail.start()
        if self._signal is not None:
            self._signal.start()

    async def stop(self) -> None:
        """End every subscription and let go of the database."""
        self._stopped = True
        self._announce()
        if self._signal is not None:
            await self._signal.stop()
        await self._tail.stop()

    def wake(self) -> None:
        """Something was committed here: read it now, and tell the other processes."""
        self._tail.wake()
        if self._signal is not None:
            self._signal.send()

    def subscribe(self, after: int | None = None) -> AsyncIterator[EventRow]:
        """The events after a cursor and then those to come; without a cursor only those to come."""
        position = self._ring.head if after is None and self._ring else after
        return self._events(position)

    async def _events(self, position: int | None) -> AsyncIterator[EventRow]:
        self._readers += 1
        self._tail.wake()
        try:
            async for row in self._from(position):
                yield row
        finally:
            self._readers -= 1

    async def _from(self, position: int | None) -> AsyncIterator[EventRow]:
        while not self._stopped:
            news, ring = self._news, self._ring
            if ring is None:
                await news.wait()
                continue
            position = ring.head if position is None else position
            rows, reached = await self._following(ring, position)
            for row in rows:
                yield row
            if reached == position:
                await news.wait()
            position = reached

    async def _following(self, ring: Ring, position: int) -> tuple[list[EventRow], int]:
        """The next events, and the cursor up to which there is none besides them."""
        if position >= ring.floor:
            rows = ring.after(position, _PAGE)
            return rows, rows[-1].cursor if rows else position
        head = ring.head
        rows = await self._page(position, head)
        return rows, rows[-1].cursor if len(rows) == _PAGE else head

    async def _page(self, position: int, head: int) -> list[EventRow]:
        """Read from the database; a subscriber outlives its absence, as the reader does."""
        while True:
            try:
                return await self._database.read(
                    partial(read_events, after=position, limit=_PAGE, up_to=head)
                )
            except DatabaseUnavailableError:
                await asyncio.sleep(_RETRY_SECONDS)

    async def _turn(self) -> bool:
        """Read one page; True while there may be another."""
        if self._ring is None:
            self._ring = Ring(self._size, await self._database.read(present))
            self._announce()
        if not self._readers:  # nobody looks: know where the end is, and leave what is before it unread
            await self._skip(self._ring)
            return False
        rows, held_back = await self._database.read(partial(read_decided, after=self._ring.head, limit=_PAGE))
        if held_back:  # nobody tells of a transaction that ends without a commit
            asyncio.get_running_loop().call_later(_HELD_BACK_SECONDS, self._tail.wake)
        self._ring.append(rows)
        if rows:
            self._announce()
        if len(rows) == _PAGE:
            return True
        if rows:  # the first event of a burst is announced at once, the next ones share a read
            await asyncio.sleep(_GATHER_SECONDS)
        return False

    async def _skip(self, ring: Ring) -> None:
        head = await self._database.read(present)
        if head > ring.head and not self._readers:
            self._ring = Ring(self._size, head)
            await asyncio.sleep(_IDLE_SECONDS)

    def _announce(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
