"""Alerts that are late, and problems that were over before they came, on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from incident_hub.intake import Ack, Intake
from incident_hub.lifecycle import Lifecycle
from incident_hub.storage.database import Database
from incident_hub.testing.clock import StandingClock
from incident_hub_hookspecs import Alert, AlertStatus
from incident_hub_hookspecs.testing import NOON
from sqlalchemy import text

EVENTS = "SELECT type FROM event ORDER BY cursor"
JOBS = "SELECT kind FROM job ORDER BY id"


class Source:
    """One problem, told of by a source that reports its ends; minutes count from noon."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, StandingClock()
        self.intake = Intake(
            database,
            self.clock,
            deduplication_seconds=900,
            reopen_seconds=3600,
            queue_limit=100,
            on_commit=lambda: None,
        )

    def fires(self, starts: float | None = None, ends: float | None = None) -> Alert:
        return Alert("s", "t", stateful=True, starts_at=_at(starts), ends_at=_at(ends))

    def ends(self, at: float) -> Alert:
        return Alert("s", "t", stateful=True, status=AlertStatus.RESOLVED, ends_at=_at(at))

    async def tell(self, at: float, *alerts: Alert) -> list[Ack]:
        self.clock.move(at * 60 - (self.clock.now() - NOON).total_seconds())
        return await self.intake.submit(alerts)

    async def rows(self, sql: str) -> list[Any]:
        found = await self.database.read(lambda c: [tuple(row) for row in c.execute(text(sql))])
        return [row[0] if len(row) == 1 else row for row in found]

    async def state(self) -> list[Any]:
        return await self.rows("SELECT state FROM incident ORDER BY id")


def _at(minutes: float | None) -> datetime | None:
    return None if minutes is None else NOON + timedelta(minutes=minutes)


@pytest.fixture
def source(database: Database) -> Source:
    return Source(database)


async def test_what_was_over_before_it_came_is_an_incident_that_is_resolved_and_pages_nobody(
    source: Source,
) -> None:
    (ack,) = await source.tell(10, source.fires(1, 4))
    assert ack.status == "accepted"
    found = "SELECT state, resolved_by, expires_at, count, resolved_at - first_seen FROM incident"
    assert await source.rows(found) == [("resolved", "source", None, 1, 180_000_000)]
    assert await source.rows(EVENTS) == ["Created", "StateChanged", "Resolved"]
    assert await source.rows(JOBS) == ["triage"]
    (moved,) = await source.rows("SELECT data FROM event WHERE type = 'Resolved'")
    assert "it was over before its alert came" in moved


async def test_a_firing_that_says_it_ended_ends_the_incident_that_it_joins(source: Source) -> None:
    await source.tell(1, source.fires(1))
    (ack,) = await source.tell(5, source.fires(1, 4))
    assert ack.status == "resolved"
    assert await source.rows("SELECT state, count FROM incident") == [("resolved", 2)]
    assert await source.rows(JOBS) == ["triage", "route"]


async def test_one_that_ended_before_a_newer_firing_ends_nothing(source: Source) -> None:
    await source.tell(9, source.fires(8))
    (ack,) = await source.tell(10, source.fires(1, 4))
    assert (ack.status, await source.state()) == ("duplicate", ["detected"])


async def test_a_firing_whose_end_was_heard_does_not_come_back(source: Source) -> None:
    await source.tell(1, source.fires(1))
    await source.tell(5, source.ends(4))
    (late,) = await source.tell(6, source.fires(2))
    (over,) = await source.tell(6, source.fires(2, 3))
    assert (late.status, over.status, await source.state()) == ("duplicate", "duplicate", ["resolved"])
    (again,) = await source.tell(7, source.fires(6.5))
    assert (again.status, await source.state()) == ("reopened", ["investigating"])


async def test_an_end_that_came_before_its_firing_ends_it(source: Source) -> None:
    (first,) = await source.tell(5, source.ends(4))
    (late,) = await source.tell(6, source.fires(2))
    assert (first.status, late.status, await source.state()) == ("ignored", "accepted", ["resolved"])
    assert await source.rows(JOBS) == ["triage"]


async def test_an_end_before_its_firing_in_one_message_counts_too(source: Source) -> None:
    await source.tell(6, source.ends(4), source.fires(2))
    assert await source.state() == ["resolved"]


async def test_a_new_firing_after_an_end_that_ended_nothing_burns(source: Source) -> None:
    await source.tell(5, source.ends(4))
    await source.tell(6, source.fires(5))
    assert await source.state() == ["detected"]
    assert await source.rows(EVENTS) == ["Created"]


async def test_an_old_problem_and_its_return_in_one_message_burn(source: Source) -> None:
    await source.tell(6, source.fires(1, 3), source.fires(5))
    assert await source.rows("SELECT state, count, resolved_at, resolved_by FROM incident") == [
        ("detected", 2, None, None)
    ]
    assert await source.rows(EVENTS) == ["Created", "AlertReceived"]


async def test_what_a_person_resolved_comes_back_when_it_still_fires(source: Source) -> None:

    (ack,) = await source.tell(1, source.fires(1))
    await Lifecycle(source.database, source.clock, lambda: None).resolve(
        ack.incident_id or "", "ann", notes="x"
    )
    (again,) = await source.tell(5, source.fires(1))
    assert again.status == "reopened"


FIRST = "SELECT (first_seen - 1767268800000000) / 60000000, version FROM incident"  # minutes after noon


async def test_an_incident_begins_with_the_earliest_of_its_alerts_whatever_their_order(
    source: Source,
) -> None:
    await source.tell(9, source.fires(8), source.fires(7))
    assert await source.rows(FIRST) == [(7, 1)]
    await source.tell(10, source.fires(3))
    await source.tell(11, source.fires(5))
    assert await source.rows(FIRST) == [(3, 2)]
    assert await source.rows("SELECT count(*) FROM event WHERE type <> 'AlertReceived'") == [1]


async def test_what_happened_years_ago_lies_there(source: Source) -> None:
    began, ended = -60 * 24 * 800, -60 * 24 * 800 + 30
    await source.tell(9, source.fires(began, ended))
    times = "SELECT first_seen, last_seen - first_seen, created_at - first_seen FROM incident"
    ((first, burned, late),) = await source.rows(times)
    assert (burned, late) == (30 * 60_000_000, (9 - began) * 60_000_000)
    await source.tell(10, source.fires(began - 5, ended))
    assert await source.rows("SELECT last_seen FROM incident WHERE count = 1") == [first + burned] * 2


@pytest.mark.parametrize("minutes", [60, -60 * 24 * 366 * 12])
async def test_a_beginning_that_cannot_be_is_the_time_at_which_it_came(
    source: Source, minutes: float
) -> None:
    await source.tell(9, source.fires(minutes))
    assert await source.rows(FIRST) == [(9, 1)]
    assert await source.rows("SELECT (starts_at - 1767268800000000) / 60000000 FROM alert") == [minutes]
