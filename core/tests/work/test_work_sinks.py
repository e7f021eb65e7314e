"""Event sinks hear of every event at least once, in order, from one process at a time, and never hold up others."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import Any

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.domain.events import EventType, NewEvent
from incident_hub.events.append import append_events
from incident_hub.host.dispatch import Dispatcher
from incident_hub.host.registry import Registry
from incident_hub.host.status import PluginRecord, PluginStatus
from incident_hub.storage.database import Database
from incident_hub.storage.reading.sinks import sinks_by_plugin
from incident_hub.storage.tables import event, event_sink
from incident_hub.work import outcomes
from incident_hub.work.sinks import sink as telling
from incident_hub.work.sinks.place import advance, look, make_places, take
from incident_hub.work.sinks.sinks import Sinks
from incident_hub_hookspecs import DeliveryError, TimelineEvent
from incident_hub_hookspecs.testing import call_context
from sqlalchemy import Connection, func, select, update

Hook = Callable[..., Awaitable[bool | None]]


class Ears:
    """Sinks of one or several processes on one database, and what was appended to it."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, HubClock()
        self.running: list[Sinks] = []
        self.registry = Registry()

    async def append(self, count: int) -> int:
        """So many events in one transaction; the last one's cursor."""
        new = [NewEvent("i", EventType.CREATED, n, "test", {"n": n}) for n in range(count)]
        await self.database.write(lambda c: append_events(c, new))
        for one in self.running:
            one.wake()
        return await self.database.read(lambda c: c.execute(select(func.max(event.c.cursor))).scalar_one())

    async def start(self, *beginning: str, deadline: float = 5, **hooks: Hook) -> Sinks:
        """A process with these sinks."""
        registry = self.registry = Registry()
        for name, hook in hooks.items():
            registry.records[name] = PluginRecord(name, name, "1.0", PluginStatus.ACTIVE)
            registry.hooks.setdefault("on_event", {})[name] = hook
        made = Sinks(
            self.database, self.clock, registry, Dispatcher(registry), lambda *_: call_context(),
            owner=f"p{len(self.running)}", deadline=deadline,
        )  # fmt: skip
        await made.prepare(beginning)
        made.start()
        self.running.append(made)
        return made

    async def place(self, name: str) -> dict[str, Any]:
        """The sink's row."""
        query = select(event_sink).where(event_sink.c.plugin == name)
        return await self.database.read(lambda c: dict(c.execute(query).mappings().one()))

    async def reached(self, name: str, cursor: int) -> None:
        """Wait until the sink's place is there."""
        while (await self.place(name))["cursor"] < cursor:  # noqa: ASYNC110 - the truth is in the database
            await asyncio.sleep(0.01)


@pytest.fixture
async def ears(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ears]:
    monkeypatch.setattr(outcomes, "_BASE_SECONDS", 0.01)
    monkeypatch.setattr(telling, "_POLL_SECONDS", 0.05)
    monkeypatch.setattr(telling, "_UNHEARD_SECONDS", 0.1)
    made = Ears(database)
    yield made
    for one in made.running:
        await one.stop()


def hearing(log: list[TimelineEvent], sizes: list[int] | None = None) -> Hook:
    async def on_event(events: Sequence[TimelineEvent], **_: object) -> None:
        log.extend(events)
        if sizes is not None:
            sizes.append(len(events))

    return on_event


def cursors(log: Sequence[TimelineEvent]) -> list[int]:
    return [one.cursor for one in log]


async def test_every_event_is_told_in_order_and_in_batches(ears: Ears) -> None:
    log, sizes = [], []  # type: ignore[var-annotated]
    await ears.start(ear=hearing(log, sizes))
    last = await ears.append(1201)
    await ears.reached("ear", last)
    assert cursors(log) == list(range(last - 1200, last + 1))
    assert sizes == [500, 500, 201]
    first = log[0]
    assert (first.type, first.actor, first.incident_id, first.data) == ("Created", "test", "i", {"n": 0})


async def test_a_new_sink_begins_at_the_end_or_where_the_configuration_says(ears: Ears) -> None:
    old = await ears.append(3)
    late, early = [], []  # type: ignore[var-annotated]
    await ears.start("early", late=hearing(late), early=hearing(early))
    last = await ears.append(2)
    await ears.reached("late", last)
    await ears.reached("early", last)
    assert (cursors(late), cursors(early)) == ([old + 1, last], list(range(1, last + 1)))


async def test_a_sink_goes_on_from_its_place_after_a_restart(ears: Ears) -> None:
    log: list[TimelineEvent] = []
    first = await ears.start(ear=hearing(log))
    await ears.reached("ear", await ears.append(3))
    await first.stop()
    ears.running.clear()
    last = await ears.append(4)  # nobody is there to hear
    await ears.start(ear=hearing(log))
    await ears.reached("ear", last)
    assert cursors(log) == list(range(1, 8))


async def test_after_errors_it_is_told_again_until_it_takes_them_fewer_at_a_time(ears: Ears) -> None:
    sizes: list[int] = []

    async def choking(events: Sequence[TimelineEvent], **_: object) -> None:
        sizes.append(len(events))
        if len(events) > 40:
            raise DeliveryError("too much at once")

    await ears.start(ear=choking)
    await ears.reached("ear", await ears.append(70))
    assert sizes[:5] == [70, 70, 70, 62, 31]
    place = await ears.place("ear")
    assert (place["failures"], place["error"], place["retry_at"]) == (0, None, None)


async def test_what_is_wrong_is_written_beside_its_place(ears: Ears) -> None:
    async def failing(**_: object) -> None:
        raise DeliveryError("the disk is full", retry_after=60)

    await ears.start(ear=failing)
    await ears.append(1)
    while not (place := await ears.place("ear"))["failures"]:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.01)
    assert place["error"] == "DeliveryError: the disk is full"
    assert place["retry_at"] - place["created_at"] > 55_000_000
    assert place["cursor"] == 0
    record = ears.registry.records["ear"]
    assert record.status is PluginStatus.DEGRADED
    assert record.reason == "events wait: DeliveryError: the disk is full"
    (seen,) = (await ears.database.read(lambda c: sinks_by_plugin(c, ["ear", "none"]))).values()
    assert (seen.lag, seen.waiting_since, seen.failures) == (1, 0, 1)
    assert seen.error == place["error"]


async def test_a_slow_and_a_hanging_sink_delay_nobody(ears: Ears) -> None:
    log: list[TimelineEvent] = []

    async def hanging(**_: object) -> None:
        await asyncio.Event().wait()

    await ears.start(quick=hearing(log), slow=hanging, deadline=30)
    last = await ears.append(700)
    await ears.reached("quick", last)
    assert cursors(log) == list(range(1, 701))
    assert (await ears.place("slow"))["cursor"] == 0


async def test_one_that_wants_nothing_is_left_behind_without_events_being_kept_for_it(ears: Ears) -> None:
    wanted, log = asyncio.Event(), []

    async def choosy(events: Sequence[TimelineEvent], **_: object) -> bool | None:
        if not wanted.is_set():
            return False
        log.extend(events)
        return None

    await ears.start(ear=choosy)
    last = await ears.append(1300)
    await ears.reached("ear", last)
    assert (await ears.place("ear"))["delivered_at"] is None
    wanted.set()
    newer = await ears.append(2)
    await ears.reached("ear", newer)
    assert cursors(log) == [last + 1, newer]


async def test_of_several_processes_one_tells_a_sink(ears: Ears) -> None:
    inside, most, log = 0, 0, []

    async def exclusive(events: Sequence[TimelineEvent], **_: object) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.01)
        log.extend(events)
        inside -= 1

    for _ in range(3):
        await ears.start(ear=exclusive)
    for _ in range(10):
        last = await ears.append(150)
    await ears.reached("ear", last)
    assert most == 1
    assert cursors(log) == list(range(1, 1501))


async def test_a_stopped_process_hands_over_at_once(ears: Ears) -> None:
    first_log, second_log = [], []  # type: ignore[var-annotated]
    first = await ears.start(ear=hearing(first_log))
    await ears.reached("ear", await ears.append(1))
    await ears.start(ear=hearing(second_log))
    await first.stop()
    last = await ears.append(1)
    await ears.reached("ear", last)
    assert (cursors(first_log), cursors(second_log)) == ([1], [2])


async def test_whoever_lost_the_lease_moves_nothing(ears: Ears) -> None:
    await ears.append(5)
    hub = ears.clock.micros
    make = partial(make_places, plugins=["ear"], from_beginning=["ear"], hub_now=hub())
    await ears.database.write(make)
    mine = partial(take, plugin="ear", owner="p", lease=1)
    theirs = partial(take, plugin="ear", owner="q", lease=60_000_000)
    assert await ears.database.write(lambda c: mine(c, cursor=0, token=1, hub_now=hub()))
    assert await ears.database.write(lambda c: theirs(c, cursor=0, token=2, hub_now=hub()))
    assert not await ears.database.write(lambda c: mine(c, cursor=0, token=1, hub_now=hub()))
    move = partial(advance, plugin="ear", lease=1)
    assert not await ears.database.write(lambda c: move(c, token=1, cursor=3, hub_now=hub()))
    assert await ears.database.write(lambda c: move(c, token=2, cursor=2, hub_now=hub()))
    assert (await ears.place("ear"))["cursor"] == 2


async def test_nobody_is_told_while_another_process_holds_the_lease(ears: Ears) -> None:
    await ears.append(5)
    hub = ears.clock.micros()
    await ears.database.write(partial(make_places, plugins=["ear"], from_beginning=["ear"], hub_now=hub))
    hold = partial(take, plugin="ear", owner="q", cursor=0, token=2, lease=60_000_000, hub_now=hub)
    assert await ears.database.write(hold)
    seen = await ears.database.read(partial(look, plugin="ear", token=1, most=9, hub_now=hub))
    own = await ears.database.read(partial(look, plugin="ear", token=2, most=9, hub_now=hub))
    assert seen is not None
    assert own is not None
    assert (len(seen.events), len(own.events)) == (0, 5)
    late = update(event_sink).values(lease_until=1)
    await ears.database.write(lambda c: c.execute(late).rowcount)
    seen = await ears.database.read(partial(look, plugin="ear", token=1, most=9, hub_now=hub))
    assert seen is not None
    assert len(seen.events) == 5


async def test_under_chaos_every_event_is_heard_in_order_and_none_is_left_out(ears: Ears) -> None:
    """Three processes that fail, lose their leases and stop; what is heard never goes ahead of the place."""
    chance, log = random.Random(7), []

    async def unreliable(events: Sequence[TimelineEvent], **_: object) -> None:
        if chance.random() < 0.4:
            raise DeliveryError("now and then")
        log.extend(events)

    def steal(connection: Connection) -> None:
        connection.execute(update(event_sink).values(token=chance.getrandbits(40), lease_until=1))

    async def disturb() -> None:
        while True:
            await asyncio.sleep(0.02)
            await ears.database.write(steal)

    for _ in range(3):
        await ears.start(ear=unreliable)
    trouble = asyncio.create_task(disturb())
    for _ in range(15):
        last = await ears.append(40)
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    trouble.cancel()
    await ears.reached("ear", last)
    assert set(cursors(log)) == set(range(1, 601))
    highest = 0
    for cursor in cursors(log):
        assert cursor <= highest + 1
        highest = max(highest, cursor)
