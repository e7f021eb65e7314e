"""Every committed event is seen once and in order, whoever writes it and whoever reads it."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.domain.events import EventType, NewEvent
from incident_hub.events.append import append_events
from incident_hub.events.feed import Feed
from incident_hub.events.reading import EventRow, horizon, read_events
from incident_hub.storage.database import Database, DatabaseUnavailableError
from incident_hub.storage.opening import open_database
from sqlalchemy import Connection
from sqlalchemy.util import await_only

CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
Started = Callable[..., Awaitable[Feed]]


class RollbackError(Exception):
    """The writer changes its mind."""


def new_event(actor: str) -> NewEvent:
    return NewEvent("i", EventType.COMMENT_ADDED, 1, actor, {"text": actor})


async def write(
    database: Database, *names: str, slow: float = 0, rollback: bool = False, again: bool = False
) -> None:
    """Append one event a name; `again` appends in a second statement after the pause."""

    def work(connection: Connection) -> None:
        append_events(connection, [new_event(name) for name in names])
        if slow and connection.dialect.name == "postgresql":
            await_only(asyncio.sleep(slow))
        if again:
            append_events(connection, [new_event(f"{name} again") for name in names])
        if rollback:
            raise RollbackError

    try:
        await database.write(work)
    except RollbackError:
        assert rollback


async def take(events: AsyncIterator[EventRow], count: int, pause: float = 0) -> list[EventRow]:
    found: list[EventRow] = []
    async with asyncio.timeout(30):
        while len(found) < count:
            found.append(await anext(events))
            if pause:
                await asyncio.sleep(pause)
    return found


async def committed(database: Database) -> list[EventRow]:
    return await database.read(lambda connection: read_events(connection, 0, 1_000_000))


@pytest.fixture
async def started(database: Database) -> AsyncIterator[Started]:
    """Starts feeds; stops them before the database is closed."""
    async with AsyncExitStack() as stack:

        async def start(on: Database = database, ring: int = 10_000) -> Feed:
            feed = Feed(on, HubClock(), ring=ring)
            await feed.start()
            stack.push_async_callback(feed.stop)
            return feed

        yield start


async def test_the_first_number_of_all_is_not_passed_over(database: Database, started: Started) -> None:
    feed = await started()
    events = feed.subscribe(after=0)
    slow = asyncio.create_task(write(database, "slow", slow=0.4))
    await asyncio.sleep(0.1)
    if database.dialect == "postgresql":
        assert await database.read(horizon) == 0
    await write(database, "quick")
    feed.wake()
    await slow
    feed.wake()
    assert [event.actor for event in await take(events, 2)] == ["slow", "quick"]


async def test_slow_writers_lose_nothing_to_a_reader(database: Database, started: Started) -> None:
    feed, chance = await started(), random.Random(7)
    ends = [feed.subscribe(after=0), feed.subscribe()]

    async def writer(number: int) -> None:
        for turn in range(25):
            await write(
                database,
                *(f"{number}.{turn}.{part}" for part in range(chance.choice((1, 2, 30)))),
                slow=chance.random() * 0.05,
                rollback=chance.random() < 0.3,
                again=chance.random() < 0.3,
            )
            feed.wake()

    await asyncio.gather(*(writer(number) for number in range(6)))
    expected = await committed(database)
    assert len(expected) > 200
    for events in ends:
        assert await take(events, len(expected)) == expected


async def test_two_processes_hear_of_each_other(
    database: Database, database_url: str, started: Started
) -> None:
    other = open_database(database_url)
    mine, theirs = await started(), await started(other)
    await asyncio.sleep(0.3)  # until both listen
    at_mine, at_theirs = mine.subscribe(), theirs.subscribe()
    waits = []
    for turn in range(10):
        source, feed, reader = (database, mine, at_theirs) if turn % 2 else (other, theirs, at_mine)
        await write(source, str(turn))
        feed.wake()
        begun = asyncio.get_running_loop().time()
        assert (await take(reader, 1))[0].actor == str(turn)
        waits.append(asyncio.get_running_loop().time() - begun)
        assert (await take(at_mine if reader is at_theirs else at_theirs, 1))[0].actor == str(turn)
    assert sorted(waits)[5] < 0.25  # news comes by itself, not by the slow poll
    await theirs.stop()
    await other.close()


async def test_resuming_by_cursor_leaves_no_gap_and_repeats_nothing(
    database: Database, started: Started
) -> None:
    feed, chance, total = await started(ring=50), random.Random(3), 1500

    async def load() -> None:
        for turn in range(total // 5):
            await write(database, *(f"{turn}.{part}" for part in range(5)))
            feed.wake()

    async def follow() -> list[EventRow]:
        seen: list[EventRow] = []
        while len(seen) < total:
            events = feed.subscribe(after=seen[-1].cursor if seen else 0)
            seen += await take(events, min(chance.randint(1, 90), total - len(seen)))
        return seen

    loading = asyncio.create_task(load())
    followed = await asyncio.gather(follow(), follow(), follow())
    await loading
    expected = await committed(database)
    assert len(expected) == total
    assert all(seen == expected for seen in followed)


async def test_a_slow_subscriber_falls_behind_the_ring_and_still_sees_all(
    database: Database, started: Started
) -> None:
    feed = await started(ring=100)
    slow, quick = feed.subscribe(after=0), feed.subscribe()
    await write(database, "first")
    feed.wake()
    assert len(await take(slow, 1)) == 1
    for turn in range(12):
        await write(database, *(f"{turn}.{part}" for part in range(100)))
        feed.wake()
    rest = await take(slow, 1200, pause=0.0001)
    assert [event.actor for event in rest] == [f"{t}.{p}" for t in range(12) for p in range(100)]
    assert (await take(quick, 1201))[1:] == rest
    assert feed.head == rest[-1].cursor


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_cut_connections_cost_nothing(database: Database, started: Started) -> None:
    feed = await started()
    events = feed.subscribe(after=0)
    for turn in range(4):
        await write(database, str(turn))
        with suppress(DatabaseUnavailableError):
            await database.write(lambda c: c.exec_driver_sql(CUT))
        feed.wake()
        assert [event.actor for event in await take(events, 1)] == [str(turn)]
        await asyncio.sleep(0.2)
        await database.ping()


async def test_an_incidents_own_events_and_their_fields(database: Database) -> None:
    await write(database, "a", "b")
    other = NewEvent("j", EventType.UPDATED, 2, "c", {"before": 1})
    await database.write(lambda connection: append_events(connection, [other]))
    found = await database.read(lambda connection: read_events(connection, 0, 10, "j"))
    assert [(event.actor, event.fields) for event in found] == [("c", {"before": 1})]


async def test_stopping_ends_the_subscriptions(database: Database, started: Started) -> None:
    feed = await started()
    waiting = asyncio.create_task(anext(feed.subscribe(), None))
    await asyncio.sleep(0.05)
    await feed.stop()
    assert await asyncio.wait_for(waiting, 5) is None
