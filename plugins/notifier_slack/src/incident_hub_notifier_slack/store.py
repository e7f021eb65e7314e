"""Where an incident's message is: one row for each incident and place, in the plugin's own table."""

from dataclasses import dataclass

from incident_hub_hookspecs import Tables
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    String,
    Table,
    and_,
    delete,
    insert,
    select,
)

__all__ = ["MESSAGE", "Posted", "Store"]

MESSAGE = Table(
    "notifier_slack_message",
    MetaData(),
    Column("incident_id", String(64), primary_key=True),
    Column("place", String(255), primary_key=True),
    Column("channel", String(64), nullable=False),
    Column("ts", String(64), nullable=False),
    Column("told", String(255), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Posted:
    """The message `ts` in `channel`; `told` is the key of the last notification that it has."""

    channel: str
    ts: str
    told: str


class Store:
    """Reads and writes that table."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def find(self, incident_id: str, place: str) -> Posted | None:
        """The message, if there is one."""
        wanted = select(MESSAGE.c.channel, MESSAGE.c.ts, MESSAGE.c.told).where(_is(incident_id, place))

        def work(connection: Connection) -> Posted | None:
            row = connection.execute(wanted).first()
            return Posted(row.channel, row.ts, row.told) if row else None

        return await self._tables.read(work)

    async def keep(self, incident_id: str, place: str, posted: Posted) -> None:
        """Write it down in the place of an earlier one."""
        values = {"channel": posted.channel, "ts": posted.ts, "told": posted.told}

        def work(connection: Connection) -> None:
            connection.execute(delete(MESSAGE).where(_is(incident_id, place)))
            connection.execute(
                insert(MESSAGE).values(incident_id=incident_id[:64], place=place[:255], **values)
            )

        await self._tables.write(work)


def _is(incident_id: str, place: str) -> ColumnElement[bool]:
    return and_(MESSAGE.c.incident_id == incident_id[:64], MESSAGE.c.place == place[:255])
