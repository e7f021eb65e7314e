"""Records of notifications: written with their intents, brought up to date with each try."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, select, update

from incident_hub.storage.bulk import execute_many
from incident_hub.storage.reading.rows import DeliveryRow, columns_of
from incident_hub.storage.tables_notify import notification

__all__ = [
    "DeliveryState",
    "find_notification",
    "forget_notifications",
    "note_notifications",
    "notifications_by_id",
    "of_digest",
    "queue_notifications",
]

_COLUMNS = (
    "id", "key", "incident_id", "event", "number", "receiver", "person", "channel", "place", "address",
    "state", "urgent", "created_at", "updated_at", "next_at",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO notification ({', '.join(_COLUMNS)}) "  # noqa: S608 - own names
    f"VALUES ({', '.join('?' * len(_COLUMNS))}) ON CONFLICT (key) DO NOTHING"
)
_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)


class DeliveryState:
    """Where a notification stands. `held` waits to go out with others, `failed` is tried again."""

    QUEUED = "queued"
    HELD = "held"
    FAILED = "failed"
    SENT = "sent"
    DEAD = "dead"
    SUPPRESSED = "suppressed"


def queue_notifications(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write new records; one whose key is there already stays as it is."""
    execute_many(connection, _INSERT, [tuple(row[name] for name in _COLUMNS) for row in rows])


def find_notification(connection: Connection, key: str) -> DeliveryRow | None:
    """The record of an intent."""
    row = connection.execute(select(*columns_of(DeliveryRow)).where(notification.c.key == key)).first()
    return None if row is None else DeliveryRow._make(row)


def notifications_by_id(connection: Connection, ids: Sequence[str]) -> list[DeliveryRow]:
    """Those of the ids that there are."""
    query = select(*columns_of(DeliveryRow)).where(notification.c.id.in_(_IDS)).order_by(notification.c.id)
    return [DeliveryRow._make(row) for row in connection.execute(query, {"ids": list(ids)})]


def of_digest(connection: Connection, digest: str) -> list[DeliveryRow]:
    """What goes out in one message, oldest first."""
    query = select(*columns_of(DeliveryRow)).where(notification.c.digest == digest)
    return [DeliveryRow._make(row) for row in connection.execute(query.order_by(notification.c.id))]


def note_notifications(connection: Connection, keys: Sequence[str], values: Mapping[str, Any]) -> None:
    """Bring the records of these intents up to date; `attempts` and `failures` may be expressions."""
    query = update(notification).where(notification.c.key.in_(_KEYS)).values(dict(values))
    connection.execute(query, {"keys": list(keys)})


def forget_notifications(connection: Connection, older_than: int, limit: int = 5000) -> int:
    """Forget what ended before `older_than`."""
    ended = notification.c.state.in_((DeliveryState.SENT, DeliveryState.SUPPRESSED, DeliveryState.DEAD))
    old = select(notification.c.id).where(ended, notification.c.updated_at < older_than).limit(limit)
    return connection.execute(delete(notification).where(notification.c.id.in_(old))).rowcount
