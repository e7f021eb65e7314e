"""Triage holds incidents for a moment only: who repeats or changes one meanwhile does not wait, and is heard."""
# ruff: noqa: ANN401 - the rig is whatever conftest makes it

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from incident_hub.domain.events import EventType
from incident_hub.storage.bulk import update_rows
from incident_hub.storage.tables import event, incident
from incident_hub_hookspecs import Classification, Link, Severity
from sqlalchemy import Connection

pytestmark = pytest.mark.parametrize(
    "database_url", ["postgresql"], indirect=True
)  # SQLite's writers are alone
_PATIENCE = 20
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'finding'::regclass"


@asynccontextmanager
async def _stuck_at_findings(url: str, triage: Any) -> AsyncIterator["asyncio.Task[str]"]:
    """Triage that runs, and cannot write its findings before the block ends."""
    holder, watcher = await asyncpg.connect(url), await asyncpg.connect(url)
    async with asyncio.timeout(_PATIENCE):
        await holder.execute("BEGIN; LOCK TABLE finding IN SHARE MODE")
        running = asyncio.create_task(triage)
        while not await watcher.fetchval(_WAITING):  # noqa: ASYNC110 - PostgreSQL tells nobody
            await asyncio.sleep(0.01)
        yield running
        await holder.execute("ROLLBACK")
        await running
    await holder.close()
    await watcher.close()


def _classify(rig: Any) -> None:
    rig.add(
        "classifiers",
        "sure",
        lambda batch, _: [
            Classification(severity=Severity.P2, confidence=0.9, reasons=("r",)) for _ in batch
        ],
    )


async def test_a_repeat_is_written_while_triage_writes(rig: Any, database_url: str) -> None:
    _classify(rig)
    (one,) = await rig.incidents(1)
    async with _stuck_at_findings(database_url, rig.triage([one])) as running:
        await rig.database.write(lambda c: update_rows(c, incident, ("count = count + ?",), [(1, one)]))
        assert not running.done()
    (row,) = await rig.rows("incident")
    assert (row["count"], row["state"], row["severity"], row["version"]) == (2, "triaged", "P2", 2)


async def test_the_word_of_a_person_who_was_quicker_counts_and_nothing_is_written_twice(
    rig: Any, database_url: str
) -> None:
    def by_hand(connection: Connection) -> None:
        update_rows(connection, incident, ("severity", "version = version + ?"), [("P0", 1, first)])
        kind = EventType.SEVERITY_CHANGED.value
        connection.execute(event.insert().values(incident_id=first, type=kind, at=1, actor="user:ann"))

    _classify(rig)
    rig.add(
        "correlators", "links", lambda _, found, __: [[Link(o.id, 0.9, "near") for o in f] for f in found]
    )
    first, second = await rig.incidents(2)
    async with _stuck_at_findings(database_url, rig.triage([first, second])):
        await rig.database.write(by_hand)
    rows = {row["id"]: (row["severity"], row["state"], row["version"]) for row in await rig.rows("incident")}
    assert rows == {first: ("P0", "triaged", 3), second: ("P2", "triaged", 2)}
    moves = await rig.rows("event", type=EventType.STATE_CHANGED.value)
    assert sorted(row["incident_id"] for row in moves) == sorted((first, second))
    findings = [(row["incident_id"], row["stage"]) for row in await rig.rows("finding")]
    assert len(findings) == len(set(findings)) == 3
    (group,) = await rig.rows("incident_group")
    assert group["size"] == 2


async def test_members_of_a_merged_group_that_changed_meanwhile_are_moved_once(
    rig: Any, database_url: str
) -> None:
    rig.add(
        "correlators", "links", lambda _, found, __: [[Link(o.id, 0.9, "near") for o in f] for f in found]
    )
    small = await rig.incidents(2, correlation_key="a")
    large = await rig.incidents(3, correlation_key="b", created_at=1)
    await rig.triage(small)
    await rig.triage(large)
    rig.registry.correlators.clear()
    pair = [Link(small[0], 0.8, "x"), Link(large[0], 0.8, "y")]
    rig.add("correlators", "bridge", lambda *_: [pair])
    for one in large:
        await rig.change("incident", one, created_at=1_800_000_000_002_500)
    bridge = await rig.incidents(1, correlation_key="c")
    async with _stuck_at_findings(database_url, rig.triage(bridge)):
        rise = ("severity", "version = version + ?")
        await rig.database.write(lambda c: update_rows(c, incident, rise, [("P0", 1, small[0])]))
    (group,) = [row for row in await rig.rows("incident_group") if row["merged_into"] is None]
    assert (group["size"], group["primary_incident_id"]) == (6, small[0])
    grouped = [row["incident_id"] for row in await rig.rows("event", type=EventType.GROUPED.value)]
    assert sorted(grouped) == sorted([*small, *large, *small, *bridge])
