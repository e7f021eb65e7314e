"""What the timeline says of triage: one event for each change.

The change of state also names the plugins that found something; an incident that a person moved on
meanwhile has an event of its own for that.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.triage.batch import ACTOR
from incident_hub.triage.findings import Finding
from incident_hub.triage.placement import Placement

__all__ = ["Change", "regrouped", "timeline"]


@dataclass(slots=True)
class Change:
    """An incident as it was (`row`) and as triage leaves it."""

    id: str
    row: Row[Any]
    state: str
    severity: str
    type: str
    group_id: str | None
    silenced: bool

    @property
    def changed(self) -> bool:
        """Whether the row has to be written."""
        row = self.row
        before = (row.state, row.group_id, row.severity, row.type)
        return before != (self.state, self.group_id, self.severity, self.type)


def timeline(changes: Mapping[str, Change], findings: Iterable[Finding], now: int) -> list[NewEvent]:
    """The events of a batch, incident by incident; where triage begins, the event says who was asked."""
    said: dict[str, list[Finding]] = {}
    for one in findings:
        said.setdefault(one.incident_id, []).append(one)
    events: list[NewEvent] = []
    for key, change in changes.items():
        found = _summary(said[key]) if key in said else {}
        if found and change.state == change.row.state:
            events.append(NewEvent(key, EventType.FINDING_ADDED, now, ACTOR, found))
        events.extend(_changes(change, found, now))
    return events


def regrouped(before: Mapping[str, str | None], placement: Placement, now: int) -> Iterator[NewEvent]:
    """The events of incidents outside the batch that it drew into a group; `before` is where they were."""
    for key, old in sorted(before.items()):
        new = placement.group_of(key) if key in placement.member else placement.root(str(old))
        yield NewEvent(key, EventType.GROUPED, now, ACTOR, {"before": old, "after": new})


def _summary(said: Iterable[Finding]) -> dict[str, object]:
    plugins = [f"{one.stage}:{one.plugin}" for one in said if one.error is None]
    failed = [f"{one.stage}:{one.plugin}" for one in said if one.error is not None]
    return {"plugins": plugins, "failed": failed} if failed else {"plugins": plugins}


def _changes(change: Change, found: Mapping[str, object], now: int) -> Iterator[NewEvent]:
    row = change.row
    if change.severity != row.severity:
        data: dict[str, object] = {"before": row.severity, "after": change.severity}
        yield NewEvent(change.id, EventType.SEVERITY_CHANGED, now, ACTOR, data)
    if change.type != row.type:
        data = {"before": row.type, "after": change.type}
        yield NewEvent(change.id, EventType.TYPE_CHANGED, now, ACTOR, data)
    if change.state != row.state:
        data = {"before": row.state, "after": change.state, **found}
        yield NewEvent(change.id, EventType.STATE_CHANGED, now, ACTOR, data)
    if change.group_id != row.group_id:
        data = {"before": row.group_id, "after": change.group_id}
        yield NewEvent(change.id, EventType.GROUPED, now, ACTOR, data)
