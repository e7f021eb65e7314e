"""Incidents: pages, single ones, counts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, String, bindparam, func, select

from incident_hub.storage.reading.filters import IncidentFilter, all_of, alternatives, conditions
from incident_hub.storage.reading.keyset import Key, Page, PageRequest, keyset, merged, page_of
from incident_hub.storage.reading.rows import IncidentRow, columns_of
from incident_hub.storage.tables import incident

__all__ = [
    "ORDERS",
    "count_incidents",
    "incident_key",
    "incident_page",
    "incidents_by_id",
    "key_kinds",
    "matching_incident",
]

# each has an index
ORDERS: dict[str, tuple[Column[Any], ...]] = {
    "CREATED_AT": (incident.c.created_at, incident.c.id),
    "UPDATED_AT": (incident.c.updated_at, incident.c.id),
    "SEVERITY": (incident.c.severity, incident.c.created_at, incident.c.id),
    "STATE": (incident.c.state, incident.c.created_at, incident.c.id),
}
_SELECT = select(*columns_of(IncidentRow))
_BY_ID = _SELECT.where(incident.c.id.in_(bindparam("ids", expanding=True, type_=String())))


def incident_page(
    connection: Connection, chosen: IncidentFilter, field: str, request: PageRequest, *, descending: bool
) -> Page[IncidentRow]:
    """One page in the named order; the time of creation, then the id break ties."""
    columns = ORDERS[field]
    query = _page(columns, chosen, connection.dialect.name, request, descending=descending)
    return page_of(_rows(connection.execute(query).all()), request)


def incident_key(row: IncidentRow, field: str) -> Key:
    """Where the row stands in the named order."""
    return tuple(getattr(row, column.name) for column in ORDERS[field])


def key_kinds(field: str) -> tuple[type, ...]:
    """What a key of the named order holds."""
    return tuple(column.type.python_type for column in ORDERS[field])


def count_incidents(connection: Connection, chosen: IncidentFilter) -> int:
    """How many match."""
    query = select(func.count()).select_from(incident).where(*conditions(chosen, connection.dialect.name))
    return connection.execute(query).scalar_one()


def incidents_by_id(connection: Connection, ids: Sequence[str]) -> dict[str, IncidentRow]:
    """Those of the ids that exist."""
    return {row.id: row for row in _rows(connection.execute(_BY_ID, {"ids": list(ids)}).all())}


def matching_incident(connection: Connection, incident_id: str, chosen: IncidentFilter) -> IncidentRow | None:
    """The incident, if the filter lets it through."""
    query = _SELECT.where(incident.c.id == incident_id, all_of(chosen, connection.dialect.name))
    found = _rows(connection.execute(query).all())
    return found[0] if found else None


def _page(
    columns: tuple[Column[Any], ...],
    chosen: IncidentFilter,
    dialect: str,
    request: PageRequest,
    *,
    descending: bool,
) -> Select[Any]:
    """An index holds the incidents of one state, or of one severity, in order; several are merged.

    SQLite leaves each value of a list as soon as the page is full, so there one scan does it.
    """
    merging = dialect == "postgresql" and columns is ORDERS["CREATED_AT"]
    several = alternatives(chosen) if merging else []
    if not several:
        query = _SELECT.where(*conditions(chosen, dialect))
        return keyset(query, columns, request, descending=descending)
    branches = [select(*columns).where(*conditions(one, dialect)) for one in several]
    return merged(_SELECT, branches, columns, request, descending=descending)


def _rows(rows: Sequence[Row[Any]]) -> list[IncidentRow]:
    return [IncidentRow._make(row) for row in rows]
