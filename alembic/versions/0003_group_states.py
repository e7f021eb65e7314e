"""Groups have a state of their own, and who was taken out of one stays out."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the state of groups and the table of separations."""
    with op.batch_alter_table("incident_group") as batch:
        batch.add_column(sa.Column("state", sa.String(length=8), server_default="active", nullable=False))
        batch.add_column(sa.Column("ended_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_incident_group_open",
        "incident_group",
        ["state", "id"],
        unique=False,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_table(
        "separation",
        sa.Column("incident_id", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "group_id", name=op.f("pk_separation")),
    )
    op.create_index("ix_separation_group", "separation", ["group_id"], unique=False)
