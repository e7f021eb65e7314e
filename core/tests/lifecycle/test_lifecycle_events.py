"""Each command leaves its own events with before and after, and columns that agree with them."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
from incident_hub.lifecycle import (
    IncidentChanges,
    IncidentDraft,
    IncidentNotFoundError,
    InvalidInputError,
    Lifecycle,
    RelationNotFoundError,
)
from incident_hub.storage.database import Database
from incident_hub.storage.incidents import incident_view
from incident_hub.storage.tables import job
from incident_hub_hookspecs import IncidentState, IncidentType, RelationType, Severity
from sqlalchemy import select

Place = Callable[[IncidentState], Awaitable[str]]
Timeline = Callable[[str], Awaitable[list[tuple[str, dict[str, Any]]]]]

SECRET = "sk-abcdefghijklmnopqrstuvwx"


async def test_opening_writes_the_event_and_asks_for_triage(
    database: Database, lifecycle: Lifecycle, timeline: Timeline, commits: list[None]
) -> None:
    draft = IncidentDraft(
        "It is slow", severity=Severity.P1, labels={"service": "chat"}, resources=("gpu-1",)
    )
    row = await lifecycle.create(draft, "ann")
    assert [kind for kind, _ in await timeline(row["id"])] == ["Created"]
    query = select(job.c.kind, job.c.payload)
    jobs = await database.read(lambda connection: connection.execute(query).all())
    assert [(kind, orjson.loads(payload)) for kind, payload in jobs] == [
        ("triage", {"incidents": [row["id"]]})
    ]
    view = incident_view(row)
    assert (view.title, view.severity, view.resources, dict(view.labels)) == (
        *("It is slow", Severity.P1, ("gpu-1",)),
        {"service": "chat"},
    )
    assert len(commits) == 1


async def test_only_the_first_acknowledgement_counts(
    lifecycle: Lifecycle, place: Place, timeline: Timeline
) -> None:
    incident_id = await place(IncidentState.TRIAGED)
    first = await lifecycle.acknowledge(incident_id, "ann", note="mine")
    second = await lifecycle.acknowledge(incident_id, "bob")
    assert dict(first) == dict(second)
    assert first["acknowledged_by"] == "ann"
    assert (await timeline(incident_id))[1:] == [
        ("StateChanged", {"before": "triaged", "after": "investigating", "reason": ""}),
        ("Acknowledged", {"before": None, "after": "ann", "note": "mine"}),
    ]


async def test_the_whole_way_and_back_leaves_every_event(
    lifecycle: Lifecycle, place: Place, timeline: Timeline
) -> None:
    incident_id = await place(IncidentState.INVESTIGATING)
    resolved = await lifecycle.resolve(incident_id, "ann", notes="restarted", root_cause="leak")
    assert (resolved["resolved_by"], resolved["resolution_method"]) == ("ann", "manual")
    closed = await lifecycle.close(incident_id, "ann", reason="done")
    assert closed["closed_at"] >= resolved["resolved_at"]
    back = await lifecycle.reopen(incident_id, "it is back", "bob")
    assert (back["reopened"], back["resolved_at"], back["closed_at"], back["root_cause"]) == (1, *[None] * 3)
    events = (await timeline(incident_id))[1:]
    assert [(kind, data["before"], data["after"]) for kind, data in events] == [
        ("StateChanged", "investigating", "resolved"),
        ("Resolved", "investigating", "resolved"),
        ("StateChanged", "resolved", "closed"),
        ("Closed", "resolved", "closed"),
        ("StateChanged", "closed", "investigating"),
        ("Reopened", "closed", "investigating"),
    ]
    assert events[-1][1]["ended"]["root_cause"] == "leak"


async def test_escalating_raises_the_level_and_lowering_does_not(
    lifecycle: Lifecycle, place: Place, timeline: Timeline
) -> None:
    incident_id = await place(IncidentState.DETECTED)
    assert (await lifecycle.escalate(incident_id, Severity.P1, "users", "ann"))["escalation_level"] == 1
    assert (await lifecycle.escalate(incident_id, Severity.P4, "few", "ann"))["escalation_level"] == 1
    events = [(kind, data["before"], data["after"]) for kind, data in (await timeline(incident_id))[1:]]
    assert events == [
        ("SeverityChanged", "P3", "P1"),
        ("Escalated", 0, 1),
        ("SeverityChanged", "P1", "P4"),
    ]
    with pytest.raises(InvalidInputError, match="P4 already"):
        await lifecycle.escalate(incident_id, Severity.P4, "again", "ann")


async def test_an_edit_tells_what_differs_and_nothing_else(
    lifecycle: Lifecycle, place: Place, timeline: Timeline
) -> None:
    incident_id = await place(IncidentState.DETECTED)
    changes = IncidentChanges(
        title="Slow", type=IncidentType.DATA, add_labels={"a": "1", "password": "hunter22"}
    )
    await lifecycle.update(incident_id, changes, "ann")
    row = await lifecycle.update(incident_id, IncidentChanges(title="Slow", remove_labels=("a",)), "ann")
    assert orjson.loads(row["labels"]) == {"password": "[redacted]"}
    assert (await lifecycle.update(incident_id, IncidentChanges(title="Slow"), "ann"))["version"] == 3
    first, kind, second = (await timeline(incident_id))[1:]
    assert first[1]["before"] == {"title": "It is slow", "labels": {}}
    assert (kind[0], kind[1]["before"], kind[1]["after"]) == ("TypeChanged", "unknown", "data")
    assert set(second[1]["after"]) == {"labels"}


async def test_assignment_and_comment_are_told_without_secrets(
    lifecycle: Lifecycle, place: Place, timeline: Timeline
) -> None:
    incident_id = await place(IncidentState.DETECTED)
    await lifecycle.assign(incident_id, ["bob", "bob", "eve"], "ann")
    assert (await lifecycle.assign(incident_id, ["bob", "eve"], "ann"))["version"] == 2
    await lifecycle.comment(incident_id, f"key {SECRET}", "ann")
    assert (await timeline(incident_id))[1:] == [
        ("AssignmentChanged", {"before": [], "after": ["bob", "eve"]}),
        ("CommentAdded", {"text": "key [redacted]"}),
    ]


async def test_a_link_stands_on_both_timelines_once(
    lifecycle: Lifecycle, place: Place, timeline: Timeline
) -> None:
    one, two = await place(IncidentState.DETECTED), await place(IncidentState.DETECTED)
    for _ in range(2):
        await lifecycle.link(one, RelationType.CAUSED_BY, two, "ann", reason="same deploy")
    stands = {"type": "caused_by", "from": one, "to": two}
    linked = ("Linked", {"before": None, "after": stands, "reason": "same deploy"})
    assert (await timeline(one))[1:] == (await timeline(two))[1:] == [linked]
    await lifecycle.unlink(one, RelationType.CAUSED_BY, two, "ann")
    assert (await timeline(two))[-1] == ("Unlinked", {"before": stands, "after": None, "reason": ""})
    with pytest.raises(RelationNotFoundError):
        await lifecycle.unlink(one, RelationType.CAUSED_BY, two, "ann")
    with pytest.raises(IncidentNotFoundError):
        await lifecycle.link(one, RelationType.CAUSED_BY, "nowhere", "ann")


@pytest.mark.parametrize(
    "draft",
    [
        IncidentDraft(" "),
        IncidentDraft("x" * 501),
        IncidentDraft("a\0b"),
        IncidentDraft("half \ud83d"),
        IncidentDraft("x", source=""),
        IncidentDraft("x", labels={str(n): "" for n in range(257)}),
        IncidentDraft("x", labels={"a": "\0"}),
        IncidentDraft("x", resources=("r" * 501,)),
    ],
)
async def test_unsound_input_is_refused_and_writes_nothing(
    database: Database, lifecycle: Lifecycle, draft: IncidentDraft
) -> None:
    with pytest.raises(InvalidInputError):
        await lifecycle.create(draft, "ann", idempotency_key="k")
    query = select(job.c.id)
    assert await database.read(lambda connection: connection.execute(query).all()) == []
