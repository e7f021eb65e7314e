"""Routes, maintenance windows, inhibitions; tags on incidents."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the table and add the column."""
    op.create_table(
        "rule",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("enabled", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("pk_rule")),
    )
    op.add_column("incident", sa.Column("tags", sa.Text(), server_default="[]", nullable=False))
    muted = sa.text("silenced_by IS NOT NULL")
    op.create_index(
        "ix_incident_silenced", "incident", ["silenced_by", "id"], sqlite_where=muted, postgresql_where=muted
    )
