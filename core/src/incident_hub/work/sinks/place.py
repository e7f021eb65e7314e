"""A sink's place in the timeline: how far it has come, who tells it, and how that goes.

Whoever tells a sink holds a lease with a random token; without the token nobody moves the place. Times
are the database's, as for jobs.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from incident_hub.events.reading import EventRow, present, read_decided
from incident_hub.storage.tables import event_sink
from incident_hub.work.lease import database_now

__all__ = ["Look", "Place", "advance", "fail", "look", "make_places", "release", "take"]

_SINK = event_sink.c


@dataclass(frozen=True, slots=True)
class Place:
    """How far a sink has come."""

    cursor: int
    token: int | None
    lease_until: int | None
    failures: int
    retry_at: int | None

    def held_by(self, token: int, until: int) -> bool:
        """Whether this token's lease lasts at least so long."""
        return self.token == token and (self.lease_until or 0) >= until

    def closed_to(self, token: int, now: int) -> bool:
        """Whether somebody else tells the sink, or nobody is to before it had some rest."""
        held = self.token != token and (self.lease_until or 0) >= now
        return held or (self.retry_at or 0) > now


@dataclass(frozen=True, slots=True)
class Look:
    """A place and the events behind it, if they may be told; `held_back`: more are about to be decided."""

    place: Place
    now: int
    events: list[EventRow]
    held_back: bool


def make_places(
    connection: Connection, *, plugins: Collection[str], from_beginning: Collection[str], hub_now: int
) -> None:
    """Give each new sink its place: the end of the timeline, or for some its beginning."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    known = set(connection.execute(select(_SINK.plugin)).scalars())
    for plugin in sorted(set(plugins) - known):
        cursor = 0 if plugin in from_beginning else present(connection)
        values = {"plugin": plugin, "cursor": cursor, "created_at": hub_now}
        connection.execute(insert(event_sink).values(values).on_conflict_do_nothing())


def look(connection: Connection, *, plugin: str, token: int, most: int, hub_now: int) -> Look | None:
    """Where the sink is and what comes next: fewer events after failures, so that a bad one stands alone."""
    now = database_now(connection, hub_now)
    columns = (_SINK.cursor, _SINK.token, _SINK.lease_until, _SINK.failures, _SINK.retry_at)
    row = connection.execute(select(*columns).where(_SINK.plugin == plugin)).one_or_none()
    if row is None:
        return None
    place = Place(*row)
    if place.closed_to(token, now):
        return Look(place, now, [], held_back=False)
    limit = max(1, most >> min(place.failures, 30))
    return Look(place, now, *read_decided(connection, place.cursor, limit))


def take(
    connection: Connection, *, plugin: str, cursor: int, owner: str, token: int, lease: int, hub_now: int
) -> bool:
    """Take the lease, unless somebody else has it or has moved the place meanwhile."""
    now = database_now(connection, hub_now)
    free = or_(_SINK.token == token, _SINK.lease_until.is_(None), _SINK.lease_until < now)
    where = and_(_SINK.plugin == plugin, _SINK.cursor == cursor, free)
    values = {"owner": owner, "token": token, "lease_until": now + lease}
    return bool(connection.execute(update(event_sink).where(where).values(values)).rowcount)


def advance(
    connection: Connection, *, plugin: str, token: int, cursor: int | None, lease: int, hub_now: int
) -> bool:
    """The sink has taken everything up to the cursor; without one it wants nothing of what there is.

    False: the lease was lost, and whoever has it tells the sink again.
    """
    now = database_now(connection, hub_now)
    reached = present(connection) if cursor is None else cursor
    values = {
        "cursor": reached, "lease_until": now + lease, "failures": 0, "retry_at": None, "error": None,
        "delivered_at": now if cursor is not None else _SINK.delivered_at,
    }  # fmt: skip
    return _change(connection, plugin, token, values)


def fail(
    connection: Connection, *, plugin: str, token: int, error: str, pause: int, lease: int, hub_now: int
) -> bool:
    """The sink did not take the events: nobody tells it again before the pause is over."""
    now = database_now(connection, hub_now)
    values = {
        "failures": _SINK.failures + 1, "error": error, "retry_at": now + pause, "lease_until": now + lease,
    }  # fmt: skip
    return _change(connection, plugin, token, values)


def release(connection: Connection, *, plugin: str, token: int) -> None:
    """Let others tell the sink from now on."""
    _change(connection, plugin, token, {"owner": None, "token": None, "lease_until": None})


def _change(connection: Connection, plugin: str, token: int, values: Mapping[str, object]) -> bool:
    where = and_(_SINK.plugin == plugin, _SINK.token == token)
    return bool(connection.execute(update(event_sink).where(where).values(values)).rowcount)
