"""Incidents: pages, single ones, counts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, Row, String, bindparam, func, select

from incident_hub.storage.reading.filters import IncidentFilter, all_of, conditions
from incident_hub.storage.reading.keyset import Key, Page, PageRequest, keyset, page_of
from incident_hub.storage.reading.rows import IncidentRow, columns_of
from incident_hub.storage.tables import incident

__all__ = [
    "ORDERS",
    "count_incidents",
    "incident_key",
    "incident_page",
    "incidents_by_id",
    "matching_incident",
]

ORDERS: dict[str, tuple[Column[Any], type]] = {
    "CREATED_AT": (incident.c.created_at, int),
    "UPDATED_AT": (incident.c.updated_at, int),
    "SEVERITY": (incident.c.severity, str),
    "STATE": (incident.c.state, str),
}
_SELECT = select(*columns_of(IncidentRow))
_BY_ID = _SELECT.where(incident.c.id.in_(bindparam("ids", expanding=True, type_=String())))


def incident_page(
    connection: Connection, chosen: IncidentFilter, field: str, request: PageRequest, *, descending: bool
) -> Page[IncidentRow]:
    """One page in the named order; the id breaks ties."""
    query = _SELECT.where(*conditions(chosen, connection.dialect.name))
    query = keyset(query, (ORDERS[field][0], incident.c.id), request, descending=descending)
    return page_of(_rows(connection.execute(query).all()), request)


def incident_key(row: IncidentRow, field: str) -> Key:
    """Where the row stands in the named order."""
    return (getattr(row, field.lower()), row.id)


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


def _rows(rows: Sequence[Row[Any]]) -> list[IncidentRow]:
    return [IncidentRow._make(row) for row in rows]
