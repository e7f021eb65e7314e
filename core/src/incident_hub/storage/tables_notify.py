"""The tables of notification: what goes to whom, how fast, and what goes out together."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from incident_hub.storage.tables import metadata

__all__ = ["notification", "notify_digest", "notify_pace"]

notification = Table(
    "notification",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("key", String(200), nullable=False),  # of its intent, and what the other side tells repeats by
    Column("incident_id", String(36), nullable=False),
    Column("event", String(64), nullable=False),
    Column("number", String(64), nullable=False, server_default=""),  # tells repeated events apart
    Column("receiver", String(160), nullable=False),  # who was meant: `team:platform`
    Column("person", String(128), nullable=False, server_default=""),
    Column("channel", String(64), nullable=False),
    Column(
        "place", String(160), nullable=False
    ),  # a target's name, or a channel and the digest of an address
    Column("address", String(160), nullable=False, server_default=""),  # so much of it as may be shown
    Column("state", String(12), nullable=False),  # queued, held, failed, sent, dead, suppressed
    Column("urgent", SmallInteger, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row, of the present round
    Column("provider_id", Text, nullable=False, server_default=""),
    Column("detail", Text, nullable=False, server_default=""),
    Column("error", Text, nullable=False, server_default=""),
    Column("bucket", String(200)),  # while it is held, what it is held with
    Column("digest", String(200)),  # the key of the message that it went out in with others
    Column("slot_at", BigInteger),  # its turn, when a rate makes it wait
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("next_at", BigInteger),  # when it is tried next
    Column("sent_at", BigInteger),
)
Index("uq_notification_key", notification.c.key, unique=True)
Index("ix_notification_incident", notification.c.incident_id, notification.c.id)
Index("ix_notification_state", notification.c.state, notification.c.id)  # pages of dead letters
Index("ix_notification_person", notification.c.person, notification.c.id)
_HELD = text("state = 'held'")
Index("ix_notification_held", notification.c.bucket, sqlite_where=_HELD, postgresql_where=_HELD)
_TOGETHER = text("digest IS NOT NULL")
Index(
    "ix_notification_digest",
    notification.c.digest,
    sqlite_where=_TOGETHER,
    postgresql_where=_TOGETHER,
)

notify_pace = Table(  # when a channel or a place may take the next message
    "notify_pace",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("next_at", BigInteger, nullable=False, server_default="0"),
    Column(
        "urgent_at", BigInteger, nullable=False, server_default="0"
    ),  # urgent ones have a lane of their own
    Column("hold_until", BigInteger, nullable=False, server_default="0"),  # the other side asked for it
    Column("refused", Text, nullable=False, server_default=""),  # why nothing is sent there any more
    Column("updated_at", BigInteger, nullable=False),
)

notify_digest = Table(  # what is held for one message
    "notify_digest",
    metadata,
    Column("bucket", String(200), primary_key=True),
    Column("digest", String(200), nullable=False, server_default=""),  # the intent that will take it, if any
    Column("flushed_at", BigInteger, nullable=False, server_default="0"),
)
