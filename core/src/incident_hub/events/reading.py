"""Reading the timeline in the order of its cursors, and how far it may be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import BigInteger, Connection, Integer, String, bindparam, func, select

from incident_hub.events.append import HORIZON_LOCK
from incident_hub.storage.tables import event

__all__ = ["EventRow", "horizon", "newest", "present", "read_decided", "read_events", "read_rows"]

_LAST = "SELECT last_value - (NOT is_called)::int FROM event_cursor_seq"
_ANNOUNCED = (
    f"SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = {HORIZON_LOCK} "  # noqa: S608
    "AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_WRAP = 2**31  # an advisory lock has room for this much of a cursor
_EVENTS = select(
    event.c.cursor,
    event.c.incident_id,
    event.c.type,
    event.c.at,
    event.c.actor,
    event.c.count,
    event.c.data,
).order_by(event.c.cursor)

_HIGHEST = 2**63 - 1
_OF_ALL = _EVENTS.where(
    event.c.cursor > bindparam("after", type_=BigInteger),
    event.c.cursor <= bindparam("up_to", type_=BigInteger),
).limit(bindparam("most", type_=Integer))
_OF_ONE = _OF_ALL.where(event.c.incident_id == bindparam("one", type_=String))


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as it is stored; `data` is JSON text."""

    cursor: int
    incident_id: str | None
    type: str
    at: int
    actor: str
    count: int
    data: str

    @property
    def fields(self) -> dict[str, Any]:
        """The event's data, decoded."""
        found: dict[str, Any] = orjson.loads(self.data)
        return found


def read_events(
    connection: Connection,
    after: int,
    limit: int,
    incident_id: str | None = None,
    *,
    up_to: int | None = None,
) -> list[EventRow]:
    """Up to `limit` events whose cursor is above `after` and at most `up_to`, of one incident or of all."""
    rows = read_rows(connection, after, limit, incident_id, up_to=up_to)
    return [EventRow(*row) for row in rows]


def read_rows(
    connection: Connection,
    after: int,
    limit: int,
    incident_id: str | None = None,
    *,
    up_to: int | None = None,
) -> Sequence[tuple[Any, ...]]:
    """The same events as tuples of their seven columns, for those who read millions."""
    query = _OF_ALL if incident_id is None else _OF_ONE
    bounds = {
        "after": after,
        "up_to": _HIGHEST if up_to is None else up_to,
        "most": limit,
        "one": incident_id,
    }
    return [tuple(row) for row in connection.execute(query, bounds)]


def horizon(connection: Connection) -> int:
    """The cursor up to which every event is decided: a statement after this one sees all there will be.

    On PostgreSQL the order of the two statements counts. A writer that has not announced itself when
    the locks are looked at takes its numbers later than that, hence above the sequence's value read
    before. One that is gone from the locks is visible to the next statement.
    """
    if connection.dialect.name != "postgresql":
        return newest(connection)
    last = int(connection.exec_driver_sql(_LAST).scalar_one())
    announced = [int(objid) for objid in connection.exec_driver_sql(_ANNOUNCED).scalars()]
    return min((_unwrapped(number, last) for number in announced), default=last)


def present(connection: Connection) -> int:
    """The newest event before which all is decided; 0 when there is none."""
    return newest(connection, up_to=horizon(connection))


def read_decided(connection: Connection, after: int, limit: int) -> tuple[list[EventRow], bool]:
    """The next events, and whether a later one is there already, held back by an undecided one.

    The head then is an event, not the horizon: a crash may give unused numbers anew.
    """
    decided = horizon(connection)
    rows = read_events(connection, after, limit, up_to=decided) if decided > after else []
    return rows, newest(connection) > decided


def newest(connection: Connection, up_to: int | None = None) -> int:
    """The highest cursor there is, at most `up_to`; 0 when there is none."""
    query = select(func.max(event.c.cursor))
    if up_to is not None:
        query = query.where(event.c.cursor <= up_to)
    return int(connection.execute(query).scalar() or 0)


def _unwrapped(number: int, last: int) -> int:
    """The cursor announced as `number`, at most `last`: what was announced since then is no limit."""
    behind = (last - number) % _WRAP
    return last - behind if behind < _WRAP // 2 else last
