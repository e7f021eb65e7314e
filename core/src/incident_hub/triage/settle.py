"""The one transaction that makes triage count: incidents, findings, groups, events and intents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from incident_hub_hookspecs import IncidentState, Severity
from sqlalchemy import Connection, Row, select

from incident_hub.domain.events import EventType
from incident_hub.domain.jobs import NewJob, Priority
from incident_hub.domain.times import SECOND
from incident_hub.events.append import append_events
from incident_hub.host.config import HubConfig, NotifyTarget, SeverityConfig
from incident_hub.storage.bulk import update_rows
from incident_hub.storage.tables import event, incident
from incident_hub.triage.batch import IDS, ScoredLink, Verdicts, chunks, triaged_before
from incident_hub.triage.findings import write_findings
from incident_hub.triage.groups import SMALLEST, Sizes, lock_placing, place, write_groups
from incident_hub.triage.placement import Placement
from incident_hub.triage.route import notify_job, wants
from incident_hub.triage.severity import counts
from incident_hub.triage.timeline import Change, regrouped, timeline
from incident_hub.triage.waiting import settle_waiting, waiting_links
from incident_hub.work.queue import enqueue

__all__ = ["Settler"]

_CHANGE = ("state", "severity", "type", "group_id", "version = version + ?", "updated_at")
_JOIN = ("group_id", "version = version + ?", "updated_at")
_DETECTED = IncidentState.DETECTED.value
_FIELDS = ("id", "state", "severity", "reported_severity", "type", "version", "group_id", "silenced_by")
_NOW = (
    select(*(incident.c[name] for name in _FIELDS))
    .where(incident.c.id.in_(IDS), incident.c.merged_into.is_(None))
    .order_by(incident.c.id)
    .with_for_update()
)
_BY_HAND = select(event.c.incident_id, event.c.type).where(
    event.c.incident_id.in_(IDS),
    event.c.type.in_((EventType.SEVERITY_CHANGED.value, EventType.TYPE_CHANGED.value)),
)


@dataclass(frozen=True, slots=True)
class Settler:
    """Writes what triage found, unless another run or a person was there before. Plain values only."""

    targets: Sequence[tuple[str, NotifyTarget]]
    policy: SeverityConfig
    sizes: Sizes
    window: int

    @classmethod
    def of(cls, config: HubConfig, targets: Sequence[tuple[str, NotifyTarget]]) -> Self:
        """Who listens to what is enough to know here; what the notifiers need stays out."""
        return cls(
            [(name, replace(target, options={})) for name, target in targets],
            config.triage.severity,
            Sizes(config.triage.correlation.min_group_size, config.triage.correlation.max_group_size),
            int(config.triage.correlation.window_seconds * SECOND),
        )

    def settle_all(self, connection: Connection, found: Sequence[Verdicts], now: int) -> None:
        """Write everything; a second time it writes nothing."""
        for one in found:
            self._settle(connection, one, now)

    def _settle(self, connection: Connection, found: Verdicts, now: int) -> None:
        waiting: list[ScoredLink] = []
        if found.links:
            lock_placing(connection)
            if self.sizes.least > SMALLEST:
                waiting = waiting_links(connection, now - self.window)
        rows = _lock(connection, found, waiting)
        changes = _changes(connection, found, rows, self.policy)
        links = [one for one in found.links if one.incident_id in changes and one.other_id in rows]
        pairs = [one for one in waiting if one.incident_id in rows and one.other_id in rows]
        placement = self._place(connection, rows, [*pairs, *links], now)
        moved = placement.moved()
        for key, change in changes.items():
            change.group_id = moved.get(key, change.group_id)
        _write_incidents(connection, changes, moved, now)
        drawn = write_groups(connection, placement, links, self.sizes, now)
        settle_waiting(connection, pairs, placement)
        findings = [one for one in found.findings if one.incident_id in changes]
        write_findings(connection, findings, now)
        others = {key: rows[key].group_id for key in moved if key not in changes} | drawn
        events = [*timeline(changes, findings, now), *regrouped(others, placement, now)]
        append_events(connection, events)
        enqueue(connection, [*self._notifications(changes.values()), *_late(found, changes)], now)

    def _place(
        self, connection: Connection, rows: Mapping[str, Row[Any]], links: Sequence[ScoredLink], now: int
    ) -> Placement:
        linked = {key for one in links for key in (one.incident_id, one.other_id)}
        groups = {key: rows[key].group_id for key in linked if rows[key].group_id}
        return place(connection, groups, links, self.sizes, now)

    def _notifications(self, changes: Iterable[Change]) -> list[NewJob]:
        return [
            notify_job(one.id, "created", "1", name, one.severity)
            for one in changes
            if not one.silenced and IncidentState(one.state).active
            for name, target in self.targets
            if wants(target, "created", one.severity)
        ]


def _late(found: Verdicts, changes: Mapping[str, Change]) -> list[NewJob]:
    """An intent for each enricher that is not done with this batch, which is triaged once only."""
    ids = [key for key in found.incidents if key in changes]
    return [
        NewJob(
            "enrich", {"plugin": name, "incidents": ids}, f"enrich:{name}:{ids[0]}", priority=Priority.BULK
        )
        for name in found.late
        if ids
    ]


def _lock(connection: Connection, found: Verdicts, waiting: Sequence[ScoredLink]) -> dict[str, Row[Any]]:
    ids = {*found.incidents, *(one.other_id for one in found.links)}
    ids |= {key for one in waiting for key in (one.incident_id, one.other_id)}
    parts = chunks(sorted(ids))
    return {row.id: row for part in parts for row in connection.execute(_NOW, {"ids": part}).all()}


def _changes(
    connection: Connection, found: Verdicts, rows: Mapping[str, Row[Any]], policy: SeverityConfig
) -> dict[str, Change]:
    """What becomes of each incident of the batch that triage has not seen before."""
    mine = [rows[key] for key in found.incidents if key in rows]
    known = triaged_before(connection, [row.id for row in mine if row.state != _DETECTED])
    fresh = [row for row in mine if row.id not in known]
    decided = found.severity.keys() | found.type.keys()
    hands = _by_hand(connection, [row.id for row in fresh if row.version > 1 and row.id in decided])
    return {row.id: _change(row, found, hands, policy) for row in fresh}


def _change(row: Row[Any], found: Verdicts, hands: set[tuple[str, str]], policy: SeverityConfig) -> Change:
    """A person's word wins: one who moved the incident on, or set its severity or type."""
    change = Change(row.id, row, row.state, row.severity, row.type, row.group_id, bool(row.silenced_by))
    if row.state != _DETECTED:
        return change
    change.state = IncidentState.TRIAGED.value
    said, kind = found.severity.get(row.id), found.type.get(row.id)
    by_hand = (row.id, EventType.SEVERITY_CHANGED.value) in hands
    reported = Severity(row.reported_severity) if row.reported_severity else None
    if said is not None and not by_hand and counts(said, reported, policy):
        change.severity = said.severity.value
    if kind is not None and row.type == "unknown" and (row.id, EventType.TYPE_CHANGED.value) not in hands:
        change.type = kind
    return change


def _by_hand(connection: Connection, ids: Sequence[str]) -> set[tuple[str, str]]:
    parts = chunks(ids)
    return {(row[0], row[1]) for part in parts for row in connection.execute(_BY_HAND, {"ids": part}).all()}


def _write_incidents(
    connection: Connection, changes: Mapping[str, Change], moved: Mapping[str, str], now: int
) -> None:
    own = [(c.state, c.severity, c.type, c.group_id, 1, now, c.id) for c in changes.values() if c.changed]
    others = [(group, 1, now, key) for key, group in sorted(moved.items()) if key not in changes]
    update_rows(connection, incident, _CHANGE, own)
    update_rows(connection, incident, _JOIN, others)
