"""Merging folds one incident into another; unmerging gives back exactly what was."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from incident_hub.domain.states import InvalidTransitionError
from incident_hub.lifecycle import InvalidInputError, Lifecycle
from incident_hub.storage.database import Database
from incident_hub.storage.incidents import find_incident
from incident_hub.storage.tables import incident, relation
from incident_hub_hookspecs import IncidentState, RelationType
from sqlalchemy import select, update

Place = Callable[[IncidentState], Awaitable[str]]
Timeline = Callable[[str], Awaitable[list[tuple[str, dict[str, Any]]]]]
RowOf = Callable[[str], Awaitable[dict[str, Any]]]

MOVED = {"version", "updated_at"}


@pytest.fixture
def row_of(database: Database) -> RowOf:
    """The incident as it stands, without what every change moves."""

    async def read(incident_id: str) -> dict[str, Any]:
        row = await database.read(lambda connection: find_incident(connection, incident_id))
        return {name: value for name, value in row.items() if name not in MOVED}

    return read


@pytest.mark.parametrize("state", list(IncidentState))
async def test_unmerging_gives_back_both_incidents_exactly(
    database: Database, lifecycle: Lifecycle, place: Place, row_of: RowOf, state: IncidentState
) -> None:
    source, target = await place(state), await place(IncidentState.TRIAGED)
    grow = update(incident).where(incident.c.id == source).values(count=7, dedup_slot="f" * 32, first_seen=5)
    await database.write(lambda connection: connection.execute(grow).rowcount)
    before = await row_of(source), await row_of(target)
    merged = await lifecycle.merge(source, target, "ann", reason="same")
    assert (merged["id"], merged["count"], merged["first_seen"]) == (target, 8, 5)
    ended = await row_of(source)
    assert (ended["merged_into"], ended["dedup_slot"]) == (target, "f" * 32)
    assert not IncidentState(ended["state"]).active
    assert (await lifecycle.unmerge(source, "ann", reason="no"))["id"] == source
    assert (await row_of(source), await row_of(target)) == before
    relations = await database.read(lambda connection: connection.execute(select(relation)).all())
    assert relations == []


async def test_what_came_to_the_target_meanwhile_stays_there(
    database: Database, lifecycle: Lifecycle, place: Place
) -> None:
    source, target = await place(IncidentState.DETECTED), await place(IncidentState.DETECTED)
    await lifecycle.merge(source, target, "ann")
    late = 9_000_000_000_000_000
    more = update(incident).where(incident.c.id == target).values(count=12, last_seen=late)
    await database.write(lambda connection: connection.execute(more).rowcount)
    await lifecycle.unmerge(source, "ann")
    row = await database.read(lambda connection: find_incident(connection, target))
    assert (row["count"], row["last_seen"]) == (11, late)


async def test_both_timelines_tell_of_the_merge(
    lifecycle: Lifecycle, place: Place, timeline: Timeline
) -> None:
    source, target = await place(IncidentState.DETECTED), await place(IncidentState.DETECTED)
    await lifecycle.merge(source, target, "ann", reason="same")
    await lifecycle.unmerge(source, "ann")
    kinds = [kind for kind, _ in await timeline(source)]
    assert kinds == ["Created", "StateChanged", "Resolved", "Merged", "StateChanged", "Unmerged"]
    merged, unmerged = (await timeline(target))[1:]
    assert (merged[0], merged[1]["source"], merged[1]["after"]["count"]) == ("Merged", source, 2)
    assert (unmerged[0], unmerged[1]["before"]["count"], unmerged[1]["after"]["count"]) == ("Unmerged", 2, 1)


async def test_chains_circles_and_ended_targets_are_refused(lifecycle: Lifecycle, place: Place) -> None:
    one, two, three = [await place(IncidentState.DETECTED) for _ in range(3)]
    await lifecycle.merge(one, two, "ann")
    closed = await place(IncidentState.CLOSED)
    for source, target in (
        (two, three),
        (two, one),
        (three, one),
        (one, three),
        (three, three),
        (three, closed),
    ):
        with pytest.raises(InvalidInputError):
            await lifecycle.merge(source, target, "ann")
    with pytest.raises(InvalidInputError):
        await lifecycle.unmerge(three, "ann")
    with pytest.raises(InvalidInputError):
        await lifecycle.link(one, RelationType.MERGED_INTO, three, "ann")
    with pytest.raises(InvalidTransitionError, match="unmerge"):
        await lifecycle.reopen(one, "not over", "ann")


async def test_two_merges_against_each_other_leave_one_of_them(
    database: Database, lifecycle: Lifecycle, place: Place
) -> None:
    one, two = await place(IncidentState.DETECTED), await place(IncidentState.DETECTED)
    both = (lifecycle.merge(one, two, "ann"), lifecycle.merge(two, one, "bob"))
    results = await asyncio.gather(*both, return_exceptions=True)
    assert sum(isinstance(result, InvalidInputError) for result in results) == 1
    query = select(incident.c.merged_into).order_by(incident.c.merged_into.is_(None))
    targets = await database.read(lambda connection: connection.execute(query).scalars().all())
    assert [target is None for target in targets] == [False, True]
