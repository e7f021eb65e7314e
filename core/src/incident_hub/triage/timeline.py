"""What the timeline says of triage: one event for all findings, and one for each change."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.triage.batch import ACTOR
from incident_hub.triage.findings import Finding
from incident_hub.triage.placement import Placement

__all__ = ["Change", "regrouped", "timeline"]

_WATCHED = (
    ("severity", EventType.SEVERITY_CHANGED),
    ("type", EventType.TYPE_CHANGED),
    ("state", EventType.STATE_CHANGED),
    ("group_id", EventType.GROUPED),
)


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
        return any(getattr(self, name) != getattr(self.row, name) for name, _ in _WATCHED)


def timeline(changes: Mapping[str, Change], findings: Iterable[Finding], now: int) -> list[NewEvent]:
    """The events of a batch, incident by incident."""
    said: dict[str, list[Finding]] = {}
    for one in findings:
        said.setdefault(one.incident_id, []).append(one)
    events: list[NewEvent] = []
    for key, change in changes.items():
        if key in said:
            events.append(NewEvent(key, EventType.FINDING_ADDED, now, ACTOR, _summary(said[key])))
        events.extend(_changes(change, now))
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


def _changes(change: Change, now: int) -> Iterator[NewEvent]:
    for name, kind in _WATCHED:
        before, after = getattr(change.row, name), getattr(change, name)
        if before != after:
            yield NewEvent(change.id, kind, now, ACTOR, {"before": before, "after": after})
