"""The audit trail: sealed every second, and verified on demand."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, func, select

from incident_hub.domain.clock import HubClock
from incident_hub.events.background import Background
from incident_hub.events.block import Block, Fault
from incident_hub.events.reading import read_rows
from incident_hub.events.seal import BLOCK, START, is_behind, seal_now
from incident_hub.storage.database import Database
from incident_hub.storage.tables import event, seal

__all__ = ["AuditReport", "Sealer", "seal_now", "verify"]

_SECONDS = 1.0
_BEFORE_ALL = -(2**63)
_SEALS = select(seal.c.last_cursor, seal.c.first_cursor, seal.c.links, seal.c.digest).order_by(
    seal.c.last_cursor
)


class Sealer:
    """Seals what is new each second; of several processes one does it at a time."""

    def __init__(self, database: Database, clock: HubClock) -> None:
        self._database = database
        self._clock = clock
        self._background = Background("sealing", self._turn, _SECONDS, clock)

    async def start(self) -> None:
        """Begin, on the running loop."""
        self._background.start()

    async def stop(self) -> None:
        """End after the current block."""
        await self._background.stop()

    async def _turn(self) -> bool:
        if not await self._database.read(is_behind):
            return False
        sealed = await self._database.write_apart(partial(seal_now, now=self._clock.micros()))
        return sealed == BLOCK


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was verified. Unless `ok`, `first_bad` is the cursor of the first fault, and `what` its kind.

    `events` and `seals` were found sound, `unsealed` events are too young to be judged. A broken
    seal over sound events is named by the last cursor that it covers.
    """

    ok: bool
    events: int
    seals: int
    unsealed: int
    first_bad: int | None = None
    what: Fault | None = None


def verify(connection: Connection) -> AuditReport:
    """Hold every sealed event against its seal; stops at the first that differs."""
    events, seals, after, digest = 0, 0, _BEFORE_ALL, START
    bad: tuple[int, Fault] | None = None
    for sealed in _seals(connection):
        block = Block(sealed, digest)
        for row in _rows(connection, after, sealed.last_cursor):
            block.add(row)
        bad = block.fault()
        if bad is not None:
            break
        events, seals = events + block.count, seals + 1
        after, digest = sealed.last_cursor, block.digest
    cursor, what = bad or (None, None)
    return AuditReport(bad is None, events, seals, _unsealed(connection), cursor, what)


def _seals(connection: Connection) -> Iterator[Row[int, int, bytes, str]]:
    after = _BEFORE_ALL
    while found := connection.execute(_SEALS.where(seal.c.last_cursor > after).limit(100)).all():
        yield from found
        after = found[-1].last_cursor


def _rows(connection: Connection, after: int, up_to: int) -> Iterator[tuple[Any, ...]]:
    while found := read_rows(connection, after, BLOCK, up_to=up_to):
        yield from found
        after = found[-1][0]


def _unsealed(connection: Connection) -> int:
    last = select(func.coalesce(func.max(seal.c.last_cursor), 0)).scalar_subquery()
    return int(connection.execute(select(func.count()).where(event.c.cursor > last)).scalar_one())
