"""Alerts of one problem make one incident, on both databases, whoever comes first."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.intake import Intake
from incident_hub.intake.commit import commit_submissions
from incident_hub.intake.deliveries import DeliveryConflictError
from incident_hub.intake.plan import Windows
from incident_hub.intake.prepare import prepare
from incident_hub.intake.submission import Submission
from incident_hub.lifecycle import Lifecycle
from incident_hub.storage.database import Database
from incident_hub.storage.opening import open_database
from incident_hub.testing.postgres import PostgresServer
from incident_hub_hookspecs import Alert, AlertStatus, PayloadError, Severity
from sqlalchemy import Connection
from sqlalchemy.util import await_only

_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


class MovedClock(HubClock):
    """A clock that a test moves on."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = 0

    def micros(self) -> int:
        return super().micros() + self.ahead * 1_000_000


def make_intake(database: Database, clock: HubClock | None = None) -> Intake:
    return Intake(
        database,
        clock or HubClock(),
        deduplication_seconds=900,
        reopen_seconds=3600,
        queue_limit=20_000,
        on_commit=lambda: None,
    )


async def rows(database: Database, sql: str) -> list[tuple[Any, ...]]:
    return await database.read(lambda c: [tuple(row) for row in c.exec_driver_sql(sql)])


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    opened = open_database(database_url, pool_size=4)
    yield opened
    await opened.close()


async def test_a_duplicate_raises_count_and_severity_and_shows_on_the_timeline(database: Database) -> None:
    intake = make_intake(database)
    first = await intake.submit([Alert("s", "t", severity=Severity.P3)])
    again = await intake.submit(
        [Alert("s", "t", severity=Severity.P1), Alert("s", "t", severity=Severity.P4)]
    )
    assert [a.status for a in (*first, *again)] == ["accepted", "duplicate", "duplicate"]
    assert {a.incident_id for a in again} == {first[0].incident_id}
    assert await rows(database, "SELECT count, severity, reported_severity FROM incident") == [
        (3, "P1", "P1")
    ]
    events = await rows(database, "SELECT type, count FROM event ORDER BY cursor")
    assert events == [("Created", 1), ("AlertReceived", 2), ("SeverityChanged", 1)]
    assert await rows(database, "SELECT count(*) FROM alert") == [(3,)]


async def test_an_end_resolves_and_a_refire_inside_the_window_reopens(database: Database) -> None:
    intake = make_intake(database)
    await intake.submit([Alert("s", "t")])
    ended = await intake.submit([Alert("s", "t", status=AlertStatus.RESOLVED)])
    late = await intake.submit([Alert("s", "t", status=AlertStatus.RESOLVED)])
    back = await intake.submit([Alert("s", "t")])
    assert [a[0].status for a in (ended, late, back)] == ["resolved", "ignored", "reopened"]
    assert await rows(database, "SELECT state, reopened, resolved_at FROM incident") == [
        ("investigating", 1, None)
    ]
    keys = [k for (k,) in await rows(database, "SELECT key FROM job WHERE kind = 'route' ORDER BY id")]
    assert [key.split(":")[2] for key in keys] == ["resolved", "reopened"]


async def test_an_incident_that_a_person_ended_comes_back_acknowledged_by_nobody(database: Database) -> None:
    intake = make_intake(database)
    ack = (await intake.submit([Alert("s", "t")]))[0]
    people = Lifecycle(database, HubClock(), lambda: None)
    await people.acknowledge(ack.incident_id or "", "ann")
    await people.resolve(ack.incident_id or "", "ann", notes="restarted")
    await intake.submit([Alert("s", "t")])
    found = await rows(database, "SELECT state, acknowledged_by, resolution_notes, reopened FROM incident")
    assert found == [("investigating", None, None, 1)]


async def test_alerts_of_a_merged_incident_go_to_its_target(database: Database) -> None:
    intake = make_intake(database)
    source, target = await intake.submit([Alert("s", "a"), Alert("s", "b")])
    people = Lifecycle(database, HubClock(), lambda: None)
    await people.merge(source.incident_id or "", target.incident_id or "", "ann")
    again = (await intake.submit([Alert("s", "a")]))[0]
    assert (again.status, again.incident_id) == ("duplicate", target.incident_id)


async def test_a_refire_after_the_window_is_a_new_incident(database: Database) -> None:
    clock = MovedClock()
    intake = make_intake(database, clock)
    first = await intake.submit([Alert("s", "t")])
    await intake.submit([Alert("s", "t", status=AlertStatus.RESOLVED)])
    clock.ahead = 3700
    second = await intake.submit([Alert("s", "t")])
    assert second[0].status == "accepted"
    assert second[0].incident_id != first[0].incident_id


@pytest.mark.parametrize(("stateful", "status"), [(False, "accepted"), (True, "duplicate")])
async def test_only_a_source_that_reports_its_end_joins_after_the_window(
    database: Database, stateful: bool, status: str
) -> None:
    clock = MovedClock()
    intake = make_intake(database, clock)
    await intake.submit([Alert("s", "t", stateful=stateful)])
    clock.ahead = 1000
    assert (await intake.submit([Alert("s", "t", stateful=stateful)]))[0].status == status


async def test_a_firing_alert_ends_with_its_time_to_live(database: Database) -> None:
    clock = MovedClock()
    intake = make_intake(database, clock)
    ends = datetime.now(UTC) + timedelta(seconds=240)
    await intake.submit([Alert("prometheus", "t", stateful=True, ends_at=ends)])
    assert await intake.resolve_expired() == 0
    clock.ahead = 300
    assert await intake.resolve_expired() == 1
    assert await rows(database, "SELECT state, resolved_by FROM incident") == [("resolved", "hub:expiry")]


async def test_a_repeated_delivery_is_a_no_op_with_the_same_answer(database: Database) -> None:
    intake = make_intake(database)
    first = await intake.submit([Alert("s", "t")], delivery_key="g:1", body=b"x")
    assert await intake.submit([Alert("s", "t")], delivery_key="g:1", body=b"x") == first
    together = await asyncio.gather(
        *(intake.submit([Alert("s", "u")], delivery_key="g:2", body=b"y") for _ in range(5))
    )
    assert all(answer == together[0] for answer in together)
    with pytest.raises(DeliveryConflictError):
        await intake.submit([Alert("s", "t")], delivery_key="g:1", body=b"other")
    assert await rows(database, "SELECT count(*) FROM alert") == [(2,)]


async def test_two_processes_with_the_same_new_problems_make_each_incident_once(
    database: Database, other: Database
) -> None:
    intakes = [make_intake(database), make_intake(other)]

    async def send(intake: Intake, start: int) -> list[str]:
        found = []
        for turn in range(20):
            batch = [Alert("s", f"problem {(start + turn * 7 + i) % 40}") for i in range(10)]
            found += [ack.status for ack in await intake.submit(batch)]
        return found

    answers = await asyncio.gather(*(send(intake, start) for intake in intakes for start in range(8)))
    verdicts = Counter(status for answer in answers for status in answer)
    assert verdicts == {"accepted": 40, "duplicate": 16 * 200 - 40}
    assert await rows(database, "SELECT count(*), sum(count) FROM incident") == [(40, 3200)]
    assert await rows(database, "SELECT count(*) FROM alert") == [(3200,)]


async def test_text_that_a_database_refuses_is_stored_readable_or_refused_by_name(database: Database) -> None:
    intake = make_intake(database)
    await intake.submit([Alert("s" * 300, "nul \0 inside", description="\0")])
    assert await rows(database, "SELECT title, length(source) FROM incident") == [("nul \ufffd inside", 255)]
    with pytest.raises(PayloadError, match="cannot be written"):
        await intake.submit([Alert("s", "half \ud800")])


async def test_secrets_are_redacted_before_they_are_stored(database: Database) -> None:
    intake = make_intake(database)
    secret = "sk-" + "a1" * 20
    labels = {"header": f"Authorization: Bearer {secret}", "api_key": secret}
    await intake.submit([Alert("s", f"leak {secret}", labels=labels, raw={"password": "hunter2hunter2"})])
    stored = await rows(database, "SELECT a.body, i.title, i.labels FROM alert a, incident i")
    assert secret not in str(stored)
    assert "hunter2" not in str(stored)


async def test_who_waits_for_a_claim_holds_no_lock_that_the_claimer_needs(
    postgres_server: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    name = postgres_server.borrow()
    database = open_database(postgres_server.url(name))
    known, new = (prepare(Alert("s", title)) for title in ("known", "new"))
    write = partial(commit_submissions, windows=Windows(10**9, 10**9), now=10**15)
    await database.write(partial(write, submissions=[Submission([known])]))
    claimed = asyncio.Event()

    def claimer(connection: Connection) -> None:
        write(connection, [Submission([new])])
        claimed.set()
        while not connection.exec_driver_sql(_WAITING).scalar():
            await_only(asyncio.sleep(0.01))
        write(connection, [Submission([known])])

    async def follower() -> None:
        await claimed.wait()
        await database.write(partial(write, submissions=[Submission([known, new])]))

    await asyncio.gather(database.write(claimer), follower())
    assert [record for record in caplog.records if "runs again" in record.message] == []
    assert await rows(database, "SELECT title, count FROM incident ORDER BY title") == [
        ("known", 3),
        ("new", 2),
    ]
    await database.close()
    postgres_server.give_back(name)
