"""Holding what goes out together: until the group's wait is over, and its interval since the last message."""

from collections.abc import Mapping
from typing import Any

from incident_hub_hookspecs import Incident, Severity
from sqlalchemy import Connection, Row, insert, select, update

from incident_hub.domain.ids import new_id
from incident_hub.domain.jobs import NewJob
from incident_hub.domain.times import SECOND
from incident_hub.response.notify.policy import Policy
from incident_hub.response.notify.way import Way
from incident_hub.storage.notifications import DeliveryState, note_notifications
from incident_hub.storage.reading.rows import DeliveryRow
from incident_hub.storage.tables_notify import notification, notify_digest
from incident_hub.triage.services import Services
from incident_hub.work.queue import enqueue

__all__ = ["held_back", "hold", "take_held"]

MOST_TOGETHER = 200
_URGENT = (Severity.P0, Severity.P1)


def held_back(way: Way, one: Incident, record: DeliveryRow, services: Services) -> bool:
    """Whether it waits for others: its way groups, its notifier can tell of several, and it is not urgent."""
    if not way.policy.groups or record.state == DeliveryState.HELD:
        return False
    if one.severity in _URGENT and not way.policy.urgent_too:
        return False
    return getattr(services.registry.notifiers[way.channel], "takes_groups", False) is True


def hold(
    connection: Connection,
    record: DeliveryRow,
    one: Incident,
    way: Way,
    payload: Mapping[str, object],
    now: int,
) -> None:
    """Put it to the others that it goes out with; the first of them writes the intent for all."""
    bucket = way.place if way.policy.by_receiver else f"{way.place}|{one.group_id or one.id}"
    values = {"state": DeliveryState.HELD, "bucket": bucket[:200], "updated_at": now}
    at = _joined(connection, bucket[:200], way.policy, payload, now)
    note_notifications(connection, [record.key], {**values, "next_at": at})


def take_held(
    connection: Connection,
    bucket: str,
    digest: str,
    policy: Policy | None,
    payload: Mapping[str, object],
    now: int,
) -> None:
    """Give what is held to the message of this key, for good: a repeat tells of the same. Too many make two.

    No `policy` is for a place that is gone: what is left does not wait.
    """
    mine = notification.c.digest == digest
    if connection.execute(select(notification.c.id).where(mine).limit(1)).first() is not None:
        return
    held = (notification.c.bucket == bucket) & (notification.c.state == DeliveryState.HELD)
    waiting = held & notification.c.digest.is_(None)
    first = select(notification.c.id).where(waiting).order_by(notification.c.id).limit(MOST_TOGETHER)
    connection.execute(update(notification).where(notification.c.id.in_(first)).values(digest=digest))
    _row(connection, bucket)
    mine_too = notify_digest.c.bucket == bucket
    connection.execute(update(notify_digest).where(mine_too).values(digest="", flushed_at=now))
    if connection.execute(select(notification.c.id).where(waiting).limit(1)).first() is not None:
        _joined(connection, bucket, policy, payload, now)


def _joined(
    connection: Connection, bucket: str, policy: Policy | None, payload: Mapping[str, object], now: int
) -> int | None:
    """When the bucket's message goes; its intent is written when there is none."""
    row = _row(connection, bucket)
    if row.digest:
        return None
    at = now
    if policy is not None:
        last = int(row.flushed_at)
        at = max(now + int(policy.group_wait * SECOND), last + int(policy.group_interval * SECOND))
    key = f"digest:{new_id(now)}"
    about = {name: value for name, value in payload.items() if name not in ("event", "number")}
    enqueue(connection, [NewJob("digest", {**about, "bucket": bucket}, key, run_at=at)], now)
    values = {"digest": key}
    connection.execute(update(notify_digest).where(notify_digest.c.bucket == bucket).values(values))
    return at


def _row(connection: Connection, bucket: str) -> Row[Any]:
    """The bucket's row, locked."""
    query = select(notify_digest).where(notify_digest.c.bucket == bucket).with_for_update()
    row = connection.execute(query).first()
    if row is not None:
        return row
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - only where it is used

        connection.execute(postgresql.insert(notify_digest).values(bucket=bucket).on_conflict_do_nothing())
    else:
        connection.execute(insert(notify_digest).values(bucket=bucket))
    return connection.execute(query).one()
