"""How fast a channel and a place take messages. What comes too fast is given a time of its own, and kept.

A turn is given by the generic cell rate algorithm: one number says when the next is due, so a flood costs
each message one write. Urgent messages wait for each other only; the others also wait for them.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from incident_hub.domain.times import SECOND
from incident_hub.storage.tables_notify import notify_pace

__all__ = ["Limit", "Pace", "allow_again", "hold_place", "pace_of", "refuse_place", "refused_places", "turn"]

_T = notify_pace.c


class Pace(NamedTuple):
    """Until when a place wants to hear nothing, and why it is sent nothing at all any more."""

    hold_until: int = 0
    refused: str = ""


class Limit(NamedTuple):
    """So many messages a minute under one key, and so many at once."""

    key: str
    per_minute: float
    burst: int


def pace_of(connection: Connection, key: str) -> Pace:
    """What is known of a place."""
    row = connection.execute(select(_T.hold_until, _T.refused).where(_T.key == key)).first()
    return Pace() if row is None else Pace(row.hold_until, row.refused)


def turn(connection: Connection, limits: Sequence[Limit], now: int, *, urgent: bool) -> int:
    """When this message may go, by all of the limits; the turn is taken."""
    return max((_turn(connection, limit, now, urgent=urgent) for limit in limits), default=now)


def hold_place(connection: Connection, key: str, until: int, now: int) -> None:
    """The other side asked for a pause."""
    _there(connection, key, now)
    longer = (_T.key == key) & (_T.hold_until < until)
    connection.execute(update(notify_pace).where(longer).values(hold_until=until, updated_at=now))


def refuse_place(connection: Connection, key: str, why: str, now: int) -> None:
    """Nothing is sent there any more, until somebody allows it or the address changes."""
    _there(connection, key, now)
    connection.execute(update(notify_pace).where(_T.key == key).values(refused=why[:500], updated_at=now))


def allow_again(connection: Connection, place: str, now: int) -> int:
    """Take the refusals of a place back; how many there were."""
    named = _T.key.startswith(f"{place}#", autoescape=True) & (_T.refused != "")
    return connection.execute(update(notify_pace).where(named).values(refused="", updated_at=now)).rowcount


def refused_places(connection: Connection) -> list[tuple[str, str, int]]:
    """Each place that is sent nothing any more: its name, why, and since when."""
    query = select(_T.key, _T.refused, _T.updated_at).where(_T.refused != "").order_by(_T.key)
    return [(row.key.rpartition("#")[0], row.refused, row.updated_at) for row in connection.execute(query)]


def _turn(connection: Connection, limit: Limit, now: int, *, urgent: bool) -> int:
    _there(connection, limit.key, now)
    row = connection.execute(
        select(_T.next_at, _T.urgent_at).where(_T.key == limit.key).with_for_update()
    ).one()
    interval = int(60 * SECOND / limit.per_minute)
    mine = row.urgent_at if urgent else row.next_at
    values = {"next_at": max(row.next_at, now) + interval, "updated_at": now}
    if urgent:
        values["urgent_at"] = max(row.urgent_at, now) + interval
    connection.execute(update(notify_pace).where(_T.key == limit.key).values(values))
    return int(max(now, mine - (limit.burst - 1) * interval))


def _there(connection: Connection, key: str, now: int) -> None:
    """A row for the key; processes that come together make one."""
    if connection.execute(select(_T.key).where(_T.key == key)).first() is not None:
        return
    new = {"key": key, "updated_at": now}
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - only where it is used

        connection.execute(postgresql.insert(notify_pace).values(new).on_conflict_do_nothing())
    else:
        connection.execute(insert(notify_pace).values(new))
