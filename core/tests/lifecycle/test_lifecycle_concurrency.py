"""Many writers at once: one wins a version, and one idempotency key means one change."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from incident_hub.lifecycle import (
    IdempotencyConflictError,
    IncidentChanges,
    IncidentDraft,
    InvalidInputError,
    Lifecycle,
    VersionConflictError,
)
from incident_hub.storage.database import Database
from incident_hub.storage.tables import idempotency, incident
from incident_hub_hookspecs import IncidentState
from sqlalchemy import func, select

Place = Callable[[IncidentState], Awaitable[str]]
Timeline = Callable[[str], Awaitable[list[tuple[str, dict[str, Any]]]]]

MANY = 20


async def test_of_many_writers_of_one_version_exactly_one_wins(
    lifecycle: Lifecycle, place: Place, timeline: Timeline
) -> None:
    incident_id = await place(IncidentState.DETECTED)
    results = await asyncio.gather(
        *(
            lifecycle.update(incident_id, IncidentChanges(title=f"t{n}"), "ann", expected_version=1)
            for n in range(MANY)
        ),
        return_exceptions=True,
    )
    lost = [result for result in results if isinstance(result, VersionConflictError)]
    assert (len(lost), {(error.expected, error.actual) for error in lost}) == (MANY - 1, {(1, 2)})
    assert [kind for kind, _ in await timeline(incident_id)] == ["Created", "Updated"]


async def test_no_change_is_lost_among_writers_that_expect_nothing(
    lifecycle: Lifecycle, place: Place, timeline: Timeline
) -> None:
    incident_id = await place(IncidentState.DETECTED)
    rows = await asyncio.gather(*(lifecycle.comment(incident_id, f"c{n}", "ann") for n in range(MANY)))
    assert sorted(row["version"] for row in rows) == list(range(2, MANY + 2))
    assert len(await timeline(incident_id)) == MANY + 1


async def test_one_key_at_the_same_moment_opens_one_incident(
    database: Database, lifecycle: Lifecycle
) -> None:
    draft = IncidentDraft("It is slow", labels={"a": "1"})
    rows = await asyncio.gather(*(lifecycle.create(draft, "ann", idempotency_key="k") for _ in range(MANY)))
    assert len({row["id"] for row in rows}) == 1
    query = select(func.count()).select_from(incident)
    assert await database.read(lambda connection: connection.execute(query).scalar_one()) == 1


async def test_a_key_for_another_request_is_refused_and_another_actors_key_is_not(
    lifecycle: Lifecycle, place: Place, timeline: Timeline
) -> None:
    incident_id = await place(IncidentState.DETECTED)
    for text, actor in (("one", "ann"), ("one", "ann"), ("two", "bob")):
        await lifecycle.comment(incident_id, text, actor, idempotency_key="k")
    with pytest.raises(IdempotencyConflictError):
        await lifecycle.comment(incident_id, "two", "ann", idempotency_key="k")
    texts = [data["text"] for kind, data in await timeline(incident_id) if kind == "CommentAdded"]
    assert texts == ["one", "two"]


async def test_a_replay_does_not_stumble_over_the_version_that_it_made(
    lifecycle: Lifecycle, place: Place
) -> None:
    incident_id = await place(IncidentState.DETECTED)
    for _ in range(2):
        row = await lifecycle.resolve(incident_id, "ann", expected_version=1, idempotency_key="k")
        assert (row["state"], row["version"]) == ("resolved", 2)


async def test_a_refused_request_does_not_use_up_its_key(database: Database, lifecycle: Lifecycle) -> None:
    with pytest.raises(InvalidInputError):
        await lifecycle.create(IncidentDraft(""), "ann", idempotency_key="k")
    query = select(func.count()).select_from(idempotency)
    assert await database.read(lambda connection: connection.execute(query).scalar_one()) == 0
    assert (await lifecycle.create(IncidentDraft("x"), "ann", idempotency_key="k"))["title"] == "x"
