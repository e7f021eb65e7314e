"""What reading returns: plain tuples named like the columns; JSON stays text until somebody asks."""

from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Column, Table

from incident_hub.storage import tables
from incident_hub.storage.tables_notify import notification

__all__ = [
    "AlertRow", "DeliveryRow", "FeedbackRow", "FindingRow", "GroupRow", "IncidentRow", "LinkRow", "RelationRow",
    "TimelineRow",
]  # fmt: skip


class IncidentRow(NamedTuple):
    """One incident as it stands."""

    id: str
    fingerprint: str
    dedup_slot: str
    title: str
    description: str
    source: str
    severity: str
    reported_severity: str | None
    state: str
    type: str
    stateful: int
    alert_count: int
    version: int
    resources: str
    labels: str
    annotations: str
    llm: str
    correlation_key: str | None
    assignees: str
    tags: str
    acknowledged_by: str | None
    acknowledged_at: int | None
    escalation_level: int
    group_id: str | None
    merged_into: str | None
    silenced_by: str | None
    created_at: int
    updated_at: int
    first_seen: int
    last_seen: int
    expires_at: int | None
    resolved_at: int | None
    closed_at: int | None
    resolved_by: str | None
    resolution_method: str | None
    resolution_notes: str | None
    root_cause: str | None
    reopened: int


class AlertRow(NamedTuple):
    """One stored alert; `body` is its normalised, redacted JSON."""

    id: str
    incident_id: str
    fingerprint: str
    status: str
    severity: str | None
    received_at: int
    starts_at: int | None
    ends_at: int | None
    silenced_by: str | None
    body: str


class TimelineRow(NamedTuple):
    """One event; `occurrences` is how many of a burst it stands for."""

    cursor: int
    incident_id: str | None
    type: str
    at: int
    actor: str
    occurrences: int
    data: str


class FindingRow(NamedTuple):
    """What one plugin said at one stage."""

    id: str
    incident_id: str
    stage: str
    plugin: str
    plugin_version: str
    value: str
    confidence: str | None
    micros: int
    error: str | None
    at: int


class FeedbackRow(NamedTuple):
    """What one person said would have been right."""

    id: str
    incident_id: str
    kind: str
    severity: str | None
    type: str | None
    actor: str
    at: int


class GroupRow(NamedTuple):
    """Incidents that belong together."""

    id: str
    title: str
    primary_incident_id: str
    size: int
    score: str
    merged_into: str | None
    created_at: int
    updated_at: int
    state: str
    ended_at: int | None


class LinkRow(NamedTuple):
    """Why two incidents of a group belong together."""

    id: str
    group_id: str
    incident_id: str
    other_id: str
    plugin: str
    score: str
    reason: str
    at: int


class RelationRow(NamedTuple):
    """A relation between two incidents, set by a person."""

    id: str
    incident_id: str
    type: str
    other_id: str
    reason: str
    actor: str
    at: int


class DeliveryRow(NamedTuple):
    """One notification to one place, and how far it has come."""

    id: str
    key: str
    incident_id: str
    event: str
    number: str
    receiver: str
    person: str
    channel: str
    place: str
    address: str
    state: str
    urgent: int
    attempts: int
    failures: int
    provider_id: str
    detail: str
    error: str
    bucket: str | None
    digest: str | None
    slot_at: int | None
    created_at: int
    updated_at: int
    next_at: int | None
    sent_at: int | None


Row = TypeVar("Row", bound=tuple[Any, ...])
_RENAMED = {"alert_count": "count", "occurrences": "count"}  # a tuple has a method `count`
_TABLES: dict[type, Table] = {
    IncidentRow: tables.incident,
    AlertRow: tables.alert,
    TimelineRow: tables.event,
    FindingRow: tables.finding,
    FeedbackRow: tables.feedback,
    GroupRow: tables.incident_group,
    LinkRow: tables.link,
    RelationRow: tables.relation,
    DeliveryRow: notification,
}


@lru_cache(maxsize=16)
def columns_of(row: type) -> tuple[Column[Any], ...]:
    """The columns that fill the row type, in its order."""
    return tuple(_TABLES[row].c[_RENAMED.get(name, name)] for name in row._fields)  # type: ignore[attr-defined]
