"""The incidents of one triage job: read once, carried through the stages."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from incident_hub_hookspecs import Incident, IncidentState, IncidentType
from sqlalchemy import Connection, String, bindparam, select

from incident_hub.domain.events import EventType
from incident_hub.storage.bulk import among, select_whole
from incident_hub.storage.incidents import VIEW_NAMES, view_of
from incident_hub.storage.tables import event
from incident_hub.triage.findings import Finding
from incident_hub.triage.severity import Prediction

__all__ = [
    "ACTOR",
    "IDS",
    "Batch",
    "ScoredLink",
    "Verdicts",
    "chunks",
    "load_batch",
    "load_views",
    "together",
    "triaged_before",
]

ACTOR = "hub:triage"
CHUNK = 5000
IDS = bindparam("ids", expanding=True, type_=String())
_NAMES = (*VIEW_NAMES, "correlation_key")
_ID, _STATE, _CREATED, _KEY = (_NAMES.index(n) for n in ("id", "state", "created_at", "correlation_key"))
_TRACES = (EventType.STATE_CHANGED.value, EventType.FINDING_ADDED.value)
_TRIAGED = select(event.c.incident_id).where(
    event.c.incident_id.in_(IDS), event.c.actor == ACTOR, event.c.type.in_(_TRACES)
)


class ScoredLink(NamedTuple):
    """A link that a plugin found and the hub keeps."""

    incident_id: str
    plugin: str
    other_id: str
    score: float
    reason: str


class Verdicts(NamedTuple):
    """What triage found about some incidents, in plain values: another process may write it."""

    incidents: list[str]
    findings: list[Finding]
    severity: dict[str, Prediction]
    type: dict[str, str]
    links: list[ScoredLink]
    late: list[str]


def together(parts: Sequence[Verdicts]) -> Verdicts:
    """The verdicts of several batches as one; they have no incident in common."""
    return Verdicts(
        [key for one in parts for key in one.incidents],
        [said for one in parts for said in one.findings],
        {key: said for one in parts for key, said in one.severity.items()},
        {key: kind for one in parts for key, kind in one.type.items()},
        [link for one in parts for link in one.links],
        [name for one in parts for name in one.late],
    )


@dataclass(slots=True)
class Batch:
    """What triage knows so far. `severity` holds the best word on each incident, `type` what is decided,
    `late` the enrichers that are not done yet.
    """

    incidents: list[Incident]
    keys: dict[str, str]
    findings: list[Finding] = field(default_factory=list)
    severity: dict[str, Prediction] = field(default_factory=dict)
    type: dict[str, IncidentType] = field(default_factory=dict)
    links: list[ScoredLink] = field(default_factory=list)
    late: list[str] = field(default_factory=list)

    def verdicts(self) -> Verdicts:
        """All that is to be written."""
        kinds = {key: one.value for key, one in self.type.items()}
        ids = [one.id for one in self.incidents]
        return Verdicts(ids, self.findings, self.severity, kinds, self.links, self.late)


def load_batch(connection: Connection, ids: Sequence[str]) -> Batch:
    """The incidents that triage has not seen yet, oldest first."""
    rows = _load(connection, ids)
    moved = [row[_ID] for row in rows if row[_STATE] != IncidentState.DETECTED.value]
    known = triaged_before(connection, moved)
    fresh = sorted((r for r in rows if r[_ID] not in known), key=itemgetter(_CREATED, _ID))
    return Batch([view_of(row) for row in fresh], {row[_ID]: row[_KEY] or "" for row in fresh})


def load_views(connection: Connection, ids: Sequence[str], *, merged: bool = False) -> dict[str, Incident]:
    """The incidents by id; those that were merged into another one only when asked for."""
    return {row[_ID]: view_of(row) for row in _load(connection, ids, merged=merged)} if ids else {}


def _load(connection: Connection, ids: Sequence[str], *, merged: bool = False) -> list[Sequence[Any]]:
    condition, value = among(connection, ids)
    rest = f"FROM incident WHERE id {condition}" + ("" if merged else " AND merged_into IS NULL")
    return select_whole(connection, _NAMES, rest, (value,))


def triaged_before(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those whose timeline shows that triage was there."""
    parts = chunks(sorted(ids))
    return {str(row[0]) for part in parts for row in connection.execute(_TRIAGED, {"ids": part}).all()}


def chunks(ids: Sequence[str], size: int = CHUNK) -> list[list[str]]:
    """The ids in parts that one statement can take."""
    return [list(ids[start : start + size]) for start in range(0, len(ids), size)]
