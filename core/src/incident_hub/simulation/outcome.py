"""What a database says became of alerts: their incidents, and who was told of them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, func, select

from incident_hub.domain.events import EventType
from incident_hub.domain.receivers import ReceiverKind
from incident_hub.storage.tables import event, finding, incident
from incident_hub.triage.batch import IDS, chunks

__all__ = ["Outcome", "Told", "errors", "incidents", "told"]

Told = Counter[tuple[str, str]]  # notifications by target and event, and receivers that rules had paged
_ROUTED = EventType.ROUTED.value
_TOLD = (EventType.NOTIFICATION_SENT.value, EventType.NOTIFICATION_FAILED.value, _ROUTED)


class Outcome(NamedTuple):
    """One incident, as it ended up."""

    id: str
    title: str
    severity: str
    type: str
    group_id: str | None
    merged_into: str | None
    created_at: int


_INCIDENTS = select(*(incident.c[name] for name in Outcome._fields)).where(incident.c.id.in_(IDS))
_EVENTS = select(event.c.type, event.c.data).where(event.c.incident_id.in_(IDS), event.c.type.in_(_TOLD))
_ERRORS = (
    select(finding.c.plugin, func.count()).where(finding.c.error.is_not(None)).group_by(finding.c.plugin)
)


def incidents(connection: Connection, ids: Collection[str]) -> dict[str, Outcome]:
    """The incidents by id, and those that they were merged into."""
    found: dict[str, Outcome] = {}
    wanted = set(ids)
    while wanted:
        for part in chunks(sorted(wanted)):
            found |= {row.id: Outcome._make(row) for row in connection.execute(_INCIDENTS, {"ids": part})}
        wanted = {one.merged_into for one in found.values() if one.merged_into} - found.keys() - wanted
    return found


def told(connection: Connection, ids: Sequence[str], since: int, until: int) -> Told:
    """Notifications about these incidents in that time, sent or given up; who was spared was not told.

    Of people the receiver counts that a rule named: who that was at the time no replay can know.
    """
    counted: Told = Counter()
    query = _EVENTS.where(event.c.at >= since, event.c.at < until)
    for part in chunks(sorted(ids)):
        for kind, data in connection.execute(query, {"ids": part}):
            said = orjson.loads(data)
            if kind == _ROUTED:
                counted.update((one, str(said.get("event", ""))) for one in _people(said))
            elif "skipped" not in said and not said.get("person"):
                counted[str(said.get("target", "")), str(said.get("event", ""))] += 1
    return counted


def _people(said: Mapping[str, Any]) -> list[str]:
    """Receivers whose notifications no replay sends; those of configured targets count by themselves."""
    receivers = [str(one) for one in said.get("receivers", ())]
    return [one for one in receivers if not one.startswith(f"{ReceiverKind.TARGET.value}:")]


def errors(connection: Connection) -> dict[str, int]:
    """How many findings of each plugin are errors."""
    return {str(name): int(count) for name, count in connection.execute(_ERRORS)}
