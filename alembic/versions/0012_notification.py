"""Notification: records of deliveries, their pace and digests."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the tables."""
    _notification()
    _notify_digest()
    _notify_pace()


def downgrade() -> None:
    """Drop them."""
    for name in (
        "notify_pace",
        "notify_digest",
        "notification",
    ):
        op.drop_table(name)


def _notification() -> None:
    op.create_table(
        "notification",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("incident_id", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), server_default="", nullable=False),
        sa.Column("receiver", sa.String(length=160), nullable=False),
        sa.Column("person", sa.String(length=128), server_default="", nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=160), nullable=False),
        sa.Column("address", sa.String(length=160), server_default="", nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("urgent", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("provider_id", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("bucket", sa.String(length=200), nullable=True),
        sa.Column("digest", sa.String(length=200), nullable=True),
        sa.Column("slot_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index(
        "ix_notification_digest",
        "notification",
        ["digest"],
        unique=False,
        sqlite_where=sa.text("digest IS NOT NULL"),
        postgresql_where=sa.text("digest IS NOT NULL"),
    )
    op.create_index(
        "ix_notification_held",
        "notification",
        ["bucket"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index("ix_notification_incident", "notification", ["incident_id", "id"], unique=False)
    op.create_index("ix_notification_person", "notification", ["person", "id"], unique=False)
    op.create_index("ix_notification_state", "notification", ["state", "id"], unique=False)
    op.create_index("uq_notification_key", "notification", ["key"], unique=True)


def _notify_digest() -> None:
    op.create_table(
        "notify_digest",
        sa.Column("bucket", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=200), server_default="", nullable=False),
        sa.Column("flushed_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_notify_digest")),
    )


def _notify_pace() -> None:
    op.create_table(
        "notify_pace",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("next_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("urgent_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("hold_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refused", sa.Text(), server_default="", nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_notify_pace")),
    )
