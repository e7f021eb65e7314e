"""What becomes of each incident of a batch; a person's word wins."""

from collections.abc import Mapping, Sequence
from typing import Any

from incident_hub_hookspecs import IncidentState, Severity
from sqlalchemy import Connection, Row, select

from incident_hub.domain.events import EventType
from incident_hub.host.config import SeverityConfig
from incident_hub.storage.tables import event
from incident_hub.triage.batch import IDS, Verdicts, chunks, triaged_before
from incident_hub.triage.severity import counts
from incident_hub.triage.timeline import Change

__all__ = ["changes_of"]

_DETECTED = IncidentState.DETECTED.value
_BY_HAND = select(event.c.incident_id, event.c.type).where(
    event.c.incident_id.in_(IDS),
    event.c.type.in_((EventType.SEVERITY_CHANGED.value, EventType.TYPE_CHANGED.value)),
)


def changes_of(
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
