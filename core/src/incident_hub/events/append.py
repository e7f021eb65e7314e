"""Appending to the timeline, in the transaction of the change itself."""

from collections.abc import Sequence

import orjson
from sqlalchemy import Connection

from incident_hub.domain.events import NewEvent
from incident_hub.storage.bulk import insert_rows
from incident_hub.storage.tables import event

__all__ = ["HORIZON_LOCK", "append_events"]

HORIZON_LOCK = 0x1D5EED  # the class of the advisory locks that mark transactions about to append
_COLUMNS = ("incident_id", "type", "at", "actor", "count", "data")
_ANNOUNCE = (
    f"SELECT pg_advisory_xact_lock_shared({HORIZON_LOCK}, "  # noqa: S608
    "((last_value - (NOT is_called)::int) % 2147483648)::int) FROM event_cursor_seq"
)


def append_events(connection: Connection, events: Sequence[NewEvent]) -> None:
    """Append the events; their cursors follow every cursor committed before.

    On PostgreSQL a later number may commit first. A writer therefore announces, by an advisory lock
    that ends with its transaction, a number below all that it will take; readers stay below the
    lowest one announced.
    """
    if not events:
        return
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_ANNOUNCE)
    rows = [
        (
            e.incident_id,
            e.type.value,
            e.at,
            e.actor,
            e.count,
            orjson.dumps(e.data, default=str).decode() if e.data else "{}",
        )
        for e in events
    ]
    insert_rows(connection, event, _COLUMNS, rows)
