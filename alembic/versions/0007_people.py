"""People: users, teams, services, schedules with overrides and calendars."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the tables of people."""
    _records("person", sa.Column("email", sa.String(length=320), nullable=False))
    condition = sa.text("email <> ''")
    op.create_index(
        "ix_person_email", "person", ["email"], sqlite_where=condition, postgresql_where=condition
    )
    for name in ("team", "service", "oncall_schedule"):
        _records(name)
    _overrides()
    _calendars()


def _records(name: str, *more: "sa.Column[str]") -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(length=128), nullable=False),
        *more,
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def _overrides() -> None:
    op.create_table(
        "schedule_override",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("schedule_id", sa.String(length=128), nullable=False),
        sa.Column("person", sa.String(length=128), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("calendar", sa.String(length=100), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_override")),
    )
    op.create_index("ix_schedule_override_schedule", "schedule_override", ["schedule_id", "ends_at"])


def _calendars() -> None:
    op.create_table(
        "schedule_calendar",
        sa.Column("schedule_id", sa.String(length=128), nullable=False),
        sa.Column("layer", sa.String(length=100), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("schedule_id", "layer", name=op.f("pk_schedule_calendar")),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("receiver", sa.String(length=160), nullable=False),
        sa.Column("created_by", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
    )
    op.create_index("uq_calendar_feed_token", "calendar_feed", ["token_hash"], unique=True)
    op.create_index("ix_calendar_feed_receiver", "calendar_feed", ["receiver"])
