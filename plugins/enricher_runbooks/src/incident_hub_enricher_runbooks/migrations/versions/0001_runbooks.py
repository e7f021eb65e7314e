"""Runbooks."""

import sqlalchemy as sa
from alembic import op

revision = "enricher_runbooks_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "enricher_runbooks_runbook",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("match", sa.Text, nullable=False),
        sa.Column("updated_at", sa.String(40), nullable=False),
        sa.Column("updated_by", sa.String(255), nullable=False),
    )
    op.create_index("ix_enricher_runbooks_runbook_title", "enricher_runbooks_runbook", ["title"])


def downgrade() -> None:
    """Drop it, and the runbooks with it."""
    op.drop_table("enricher_runbooks_runbook")
