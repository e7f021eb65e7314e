"""Whatever is done to a sealed event, the audit names the first that it was done to."""

import asyncio
import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.domain.events import EventType, NewEvent
from incident_hub.events import audit, seal
from incident_hub.events.append import append_events
from incident_hub.events.audit import AuditReport, Sealer, seal_now, verify
from incident_hub.storage.database import Database
from incident_hub.storage.tables import event
from incident_hub.storage.tables import seal as seals
from sqlalchemy import Connection, select

EVENTS = 60
Named = tuple[int, str]
COLUMNS: dict[str, Callable[[Any], Any]] = {
    "incident_id": lambda old: None if old else "somebody",
    "type": lambda old: f"{old}!",
    "at": lambda old: old + 1,
    "actor": lambda old: f"{old} ",
    "count": lambda old: old + 1,
    "data": lambda old: old.replace("{", "{ "),
}


class UndoneError(Exception):
    """Carries a report out of a transaction that is rolled back."""


def fill(connection: Connection, count: int = EVENTS) -> None:
    """Events with gaps between their cursors, as transactions that roll back leave them."""
    for number in range(count):
        connection.execute(
            event.insert().values(
                cursor=10 + number * 3, incident_id=f"i{number % 7}" if number % 5 else None,
                type="Updated", at=number, actor="a", count=1, data=f'{{"n": {number}}}',
            )
        )  # fmt: skip


def append(connection: Connection, count: int) -> None:
    append_events(connection, [NewEvent("i", EventType.UPDATED, n, "a", {"n": n}) for n in range(count)])


def mutate(connection: Connection, chance: random.Random) -> Named:
    """Do one wrong thing; returns where and what the audit has to find."""
    cursors = list(connection.execute(select(event.c.cursor).order_by(event.c.cursor)).scalars())
    cursor, other = sorted(chance.sample(cursors, 2))
    wrong = chance.choice(("change", "delete", "insert", "swap", "renumber"))
    if wrong == "change":
        name = chance.choice(list(COLUMNS))
        old = connection.execute(select(event.c[name]).where(event.c.cursor == cursor)).scalar()
        connection.execute(event.update().where(event.c.cursor == cursor).values({name: COLUMNS[name](old)}))
        return cursor, "changed"
    if wrong == "delete":
        connection.execute(event.delete().where(event.c.cursor.in_([cursor, other])))
        return cursor, "missing"
    if wrong == "insert":
        place = cursor - chance.choice((1, 2))
        values = {"incident_id": None, "type": "Updated", "at": 1, "actor": "a", "count": 1, "data": "{}"}
        connection.execute(event.insert().values(cursor=place, **values))
        return place, "inserted"
    if wrong == "renumber":
        step = chance.choice((-1, 1))
        connection.execute(event.update().where(event.c.cursor == cursor).values(cursor=cursor + step))
        return (cursor, "missing") if step > 0 else (cursor - 1, "inserted")
    for before, after in ((cursor, -1), (other, cursor), (-1, other)):
        connection.execute(event.update().where(event.c.cursor == before).values(cursor=after))
    return cursor, "changed"


async def tried(database: Database, work: Callable[[Connection], Any]) -> tuple[Any, AuditReport]:
    """Do something, verify, and undo it."""

    def both(connection: Connection) -> None:
        raise UndoneError(work(connection), verify(connection))

    with pytest.raises(UndoneError) as caught:
        await database.write(both)
    expected, report = caught.value.args
    assert isinstance(report, AuditReport)
    return expected, report


@pytest.fixture
async def sealed(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Sixty events in blocks of seven, so that faults fall on the seams of blocks as well."""
    for module in (audit, seal):
        monkeypatch.setattr(module, "BLOCK", 7)
    await database.write(fill)
    if database.dialect == "postgresql":
        await database.write(lambda c: c.exec_driver_sql("SELECT setval('event_cursor_seq', 1000)"))
    while await database.write(partial(seal_now, now=5)):
        pass
    return database


async def test_what_nobody_touched_is_sound(sealed: Database) -> None:
    assert await sealed.read(verify) == AuditReport(ok=True, events=EVENTS, seals=9, unsealed=0)
    await sealed.write(partial(append, count=3))
    assert await sealed.read(verify) == AuditReport(ok=True, events=EVENTS, seals=9, unsealed=3)


async def test_each_of_many_wrongs_is_named(sealed: Database) -> None:
    chance = random.Random(11)
    kinds = set()
    for _ in range(400):
        expected, report = await tried(sealed, partial(mutate, chance=chance))
        assert (report.first_bad, report.what) == expected
        assert not report.ok
        kinds.add(report.what)
    assert kinds == {"changed", "missing", "inserted"}
    assert (await sealed.read(verify)).ok


@pytest.mark.parametrize("wrong", ["digest", "links", "first_cursor", "lost"])
async def test_a_seal_that_was_tampered_with_is_named(sealed: Database, wrong: str) -> None:
    for number in range(8):  # a last seal that is lost is simply made again

        def spoil(connection: Connection, number: int = number) -> int:
            rows = connection.execute(select(seals).order_by(seals.c.last_cursor)).all()
            row, here = rows[number], seals.c.last_cursor == rows[number].last_cursor
            if wrong == "lost":
                connection.execute(seals.delete().where(here))
                return int(rows[number + 1].last_cursor)
            flipped = bytearray(row.links)
            flipped[(number * 5) % len(flipped)] ^= 1
            digest = row.digest[:-1] + ("0" if row.digest[-1] != "0" else "1")
            values = {"digest": digest, "links": bytes(flipped), "first_cursor": row.first_cursor - 1}
            connection.execute(seals.update().where(here).values({wrong: values[wrong]}))
            return int(row.last_cursor)

        expected, report = await tried(sealed, spoil)
        assert (report.first_bad, report.what) == (expected, "seal_broken")


async def test_blocks_hold_a_thousand_at_most(database: Database) -> None:
    await database.write(partial(append, count=2500))
    counts = [await database.write(partial(seal_now, now=1)) for _ in range(4)]
    assert counts == [1000, 1000, 500, 0]
    report = await database.read(verify)
    assert (report.ok, report.events, report.seals) == (True, 2500, 3)


async def test_several_sealers_seal_each_event_once(database: Database) -> None:
    sealers = [Sealer(database, HubClock()) for _ in range(3)]
    for sealer in sealers:
        await sealer.start()
    for _ in range(12):
        await database.write(partial(append, count=40))
        await asyncio.sleep(0.1)
    await asyncio.sleep(1.5)  # more than the second between two sealings
    for sealer in sealers:
        await sealer.stop()
    report = await database.read(verify)
    assert (report.ok, report.events, report.unsealed) == (True, 480, 0)
