"""The incidents that are open now, by the index on (state, created_at, id): ended ones cost nothing."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select, tuple_

from incident_hub.storage.tables import incident

__all__ = ["OPEN_STATES", "START", "Mark", "OpenIncident", "newest_open", "open_chunk"]

Mark = tuple[int, str]  # where an incident stands in its state: when it was created, and its id
START: Mark = (-1, "")
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
    severity: str
    first_seen: int
    created_at: int
    updated_at: int
    expires_at: int | None

    @property
    def mark(self) -> Mark:
        """Where it stands in its state."""
        return self.created_at, self.id


_ORDER = (incident.c.created_at, incident.c.id)
_SELECT = select(*(incident.c[name] for name in OpenIncident._fields)).where(incident.c.merged_into.is_(None))


def newest_open(connection: Connection, limit: int) -> list[OpenIncident]:
    """The newest open incidents, newest first."""
    found: list[OpenIncident] = []
    for state in OPEN_STATES:
        query = _SELECT.where(incident.c.state == state).order_by(*(column.desc() for column in _ORDER))
        found += _rows(connection, query.limit(limit))
    return sorted(found, key=lambda row: row.mark, reverse=True)[:limit]


def open_chunk(
    connection: Connection, state: str, after: Mark, size: int, *, silenced_only: bool
) -> list[OpenIncident]:
    """Some of the incidents in one state, the oldest first, from behind `after`."""
    query = _SELECT.where(incident.c.state == state, tuple_(*_ORDER) > tuple_(*after))
    if silenced_only:
        query = query.where(incident.c.silenced_by.is_not(None))
    return _rows(connection, query.order_by(*_ORDER).limit(size))


def _rows(connection: Connection, query: Select[Any]) -> list[OpenIncident]:
    return [OpenIncident._make(row) for row in connection.execute(query)]
