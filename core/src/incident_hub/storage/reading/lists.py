"""Pages of alerts, events and groups."""

from sqlalchemy import Connection, func, select

from incident_hub.storage.reading.keyset import Page, PageRequest, keyset, page_of
from incident_hub.storage.reading.rows import AlertRow, GroupRow, TimelineRow, columns_of
from incident_hub.storage.tables import alert, event, incident_group

__all__ = ["alert_page", "count_alerts", "event_page", "group_page", "newest_alert"]


def alert_page(connection: Connection, incident_id: str | None, request: PageRequest) -> Page[AlertRow]:
    """Alerts, newest first, of one incident or of all."""
    query = select(*columns_of(AlertRow))
    if incident_id is not None:
        query = query.where(alert.c.incident_id == incident_id)
    rows = connection.execute(keyset(query, (alert.c.id,), request, descending=True))
    return page_of([AlertRow._make(row) for row in rows], request)


def count_alerts(connection: Connection, incident_id: str | None) -> int:
    """How many alerts are stored, of one incident or of all."""
    query = select(func.count()).select_from(alert)
    if incident_id is not None:
        query = query.where(alert.c.incident_id == incident_id)
    return connection.execute(query).scalar_one()


def newest_alert(connection: Connection, incident_id: str) -> AlertRow | None:
    """The alert that came last."""
    request = PageRequest("alert", 1)
    rows = alert_page(connection, incident_id, request).rows
    return rows[0] if rows else None


def event_page(
    connection: Connection, incident_id: str, types: tuple[str, ...], request: PageRequest
) -> Page[TimelineRow]:
    """An incident's events, oldest first."""
    query = select(*columns_of(TimelineRow)).where(event.c.incident_id == incident_id)
    if types:
        query = query.where(event.c.type.in_(types))
    rows = connection.execute(keyset(query, (event.c.cursor,), request, descending=False))
    return page_of([TimelineRow._make(row) for row in rows], request)


def group_page(connection: Connection, request: PageRequest) -> Page[GroupRow]:
    """Groups that stand for themselves, newest first."""
    query = select(*columns_of(GroupRow)).where(incident_group.c.merged_into.is_(None))
    rows = connection.execute(keyset(query, (incident_group.c.id,), request, descending=True))
    return page_of([GroupRow._make(row) for row in rows], request)
