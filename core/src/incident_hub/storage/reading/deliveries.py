"""Pages of deliveries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, bindparam, func, select

from incident_hub.storage.reading.keyset import Page, PageRequest, keyset, page_of
from incident_hub.storage.reading.rows import DeliveryRow, columns_of
from incident_hub.storage.tables_notify import notification

__all__ = ["DeliveryFilter", "count_deliveries", "deliveries_of", "delivery_counts", "delivery_page"]

_IDS = bindparam("ids", expanding=True, type_=String())
_EACH = 100


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Every condition that is set must hold."""

    states: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    receiver: str | None = None
    person: str | None = None
    place: str | None = None
    incident_id: str | None = None


def delivery_page(connection: Connection, chosen: DeliveryFilter, request: PageRequest) -> Page[DeliveryRow]:
    """Deliveries, newest first."""
    query = select(*columns_of(DeliveryRow)).where(*_conditions(chosen))
    rows = connection.execute(keyset(query, (notification.c.id,), request, descending=True))
    return page_of([DeliveryRow._make(row) for row in rows], request)


def count_deliveries(connection: Connection, chosen: DeliveryFilter) -> int:
    """How many there are."""
    query = select(func.count()).select_from(notification).where(*_conditions(chosen))
    return connection.execute(query).scalar_one()


def delivery_counts(connection: Connection) -> dict[tuple[str, str], int]:
    """How many there are by channel and state."""
    channel, state = notification.c.channel, notification.c.state
    query = select(channel, state, func.count().label("n")).group_by(channel, state)
    return {(row.channel, row.state): row.n for row in connection.execute(query)}


def deliveries_of(connection: Connection, ids: Sequence[str]) -> dict[str, list[DeliveryRow]]:
    """The first deliveries of each incident, oldest first."""
    query = select(*columns_of(DeliveryRow)).where(notification.c.incident_id.in_(_IDS))
    found: dict[str, list[DeliveryRow]] = defaultdict(list)
    for row in connection.execute(query.order_by(notification.c.id), {"ids": list(ids)}):
        mine = found[row.incident_id]
        if len(mine) < _EACH:
            mine.append(DeliveryRow._make(row))
    return found


def _conditions(chosen: DeliveryFilter) -> list[ColumnElement[bool]]:
    c: Any = notification.c
    many = ((c.state, chosen.states), (c.channel, chosen.channels), (c.event, chosen.events))
    found: list[ColumnElement[bool]] = [column.in_(values) for column, values in many if values]
    for name in ("receiver", "person", "place", "incident_id"):
        value = getattr(chosen, name)
        if value is not None:
            found.append(c[name] == value)
    return found
