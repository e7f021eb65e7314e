"""The incidents that are open now, by the index on (state, id): ended ones cost nothing."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from incident_hub.storage.tables import incident

__all__ = ["OPEN_STATES", "OpenIncident", "newest_open", "open_chunk"]

OPEN_STATES = ("detected", "triaged", "investigating", "remediating")


class OpenIncident(NamedTuple):
    """What a silence or a list of alerts needs of an incident; JSON is text."""

    id: str
    fingerprint: str
    title: str
    source: str
    labels: str
    annotations: str
    silenced_by: str | None
    first_seen: int
    updated_at: int
    expires_at: int | None


_SELECT = select(*(incident.c[name] for name in OpenIncident._fields)).where(incident.c.merged_into.is_(None))


def newest_open(connection: Connection, limit: int) -> list[OpenIncident]:
    """The newest open incidents, newest first."""
    found: list[OpenIncident] = []
    for state in OPEN_STATES:
        query = _SELECT.where(incident.c.state == state).order_by(incident.c.id.desc()).limit(limit)
        found += _rows(connection, query)
    return sorted(found, key=lambda row: row.id, reverse=True)[:limit]


def open_chunk(
    connection: Connection, state: str, after: str, size: int, *, silenced_only: bool
) -> list[OpenIncident]:
    """Some of the incidents in one state, from behind the id `after`."""
    query = _SELECT.where(incident.c.state == state, incident.c.id > after)
    if silenced_only:
        query = query.where(incident.c.silenced_by.is_not(None))
    return _rows(connection, query.order_by(incident.c.id).limit(size))


def _rows(connection: Connection, query: Select[Any]) -> list[OpenIncident]:
    return [OpenIncident._make(row) for row in connection.execute(query)]
