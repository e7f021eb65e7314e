"""The log: one row a page that arrived."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from incident_hub_hookspecs import Tables

__all__ = ["Delivery", "DeliveryLog"]

delivery = sa.Table(
    "acme_pager_delivery",
    sa.MetaData(),
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("incident_id", sa.String(64), nullable=False),
    sa.Column("event", sa.String(64), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("page", sa.String(255), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One page: for which incident and event, when, and what the pager calls it."""

    key: str
    incident_id: str
    event: str
    at: datetime
    page: str


class DeliveryLog:
    """Reads and writes the table, each time in a transaction of its own."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def find(self, key: str) -> Delivery | None:
        """The page that went out under a key."""
        found = await self._rows(sa.select(delivery).where(delivery.c.key == key))
        return found[0] if found else None

    async def newest(self, count: int) -> Sequence[Delivery]:
        """The last pages, the newest first."""
        return await self._rows(sa.select(delivery).order_by(delivery.c.at.desc()).limit(count))

    async def of_incidents(self, ids: Collection[str]) -> Sequence[Delivery]:
        """All pages for these incidents, the oldest first."""
        query = sa.select(delivery).where(delivery.c.incident_id.in_(ids))
        return await self._rows(query.order_by(delivery.c.at))

    async def add(self, one: Delivery) -> None:
        """Write a page down."""
        values = {
            "key": one.key, "incident_id": one.incident_id, "event": one.event,
            "at": one.at.isoformat(), "page": one.page,
        }  # fmt: skip
        await self._tables.write(lambda connection: connection.execute(sa.insert(delivery).values(values)))

    async def _rows(self, query: "sa.Select[tuple[str, str, str, str, str]]") -> list[Delivery]:
        rows = await self._tables.read(lambda connection: connection.execute(query).all())
        return [
            Delivery(row.key, row.incident_id, row.event, datetime.fromisoformat(row.at), row.page)
            for row in rows
        ]
