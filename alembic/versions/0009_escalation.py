"""Escalation policies, their runs, and SLA clocks."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_LIVE = sa.text("state IN ('active', 'paused', 'acknowledged')")
_WAITING = sa.text("next_at IS NOT NULL")
_DUE = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "escalation_policy",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("enabled", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_policy")),
    )
    op.create_table(
        "escalation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("incident_id", sa.String(length=36), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.String(length=128), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("remaining", sa.BigInteger(), nullable=True),
        sa.Column("repage", sa.BigInteger(), nullable=True),
        sa.Column("visited", sa.Text(), server_default="[]", nullable=False),
        sa.Column("because", sa.Text(), server_default="{}", nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.String(length=255), nullable=False),
        sa.Column("fired_at", sa.BigInteger(), nullable=True),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("stopped_by", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
    )
    op.create_index(
        "uq_escalation_live",
        "escalation",
        ["incident_id"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
    op.create_index("uq_escalation_serial", "escalation", ["incident_id", "serial"], unique=True)
    op.create_index("ix_escalation_state", "escalation", ["state", "id"], unique=False)
    op.create_index("ix_escalation_policy", "escalation", ["policy_id", "id"], unique=False)
    op.create_index(
        "ix_escalation_next",
        "escalation",
        ["next_at"],
        unique=False,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index("ix_escalation_fired", "escalation", ["fired_at"], unique=False)
    op.create_table(
        "sla_clock",
        sa.Column("incident_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("severity", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("at_risk_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("warned_at", sa.BigInteger(), nullable=True),
        sa.Column("breached_at", sa.BigInteger(), nullable=True),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column("met_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("incident_id", "kind", name=op.f("pk_sla_clock")),
    )
    op.create_index(
        "ix_sla_clock_due", "sla_clock", ["due_at"], unique=False, sqlite_where=_DUE, postgresql_where=_DUE
    )
    op.create_index("ix_sla_clock_deadline", "sla_clock", ["state", "deadline", "incident_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    for name in ("sla_clock", "escalation", "escalation_policy"):
        op.drop_table(name)
