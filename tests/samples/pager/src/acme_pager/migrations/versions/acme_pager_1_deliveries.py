"""The log of deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "acme_pager_1"
down_revision = None


def upgrade() -> None:
    """One row a page that arrived."""
    op.create_table(
        "acme_pager_delivery",
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("incident_id", sa.String(64), nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("page", sa.String(255), nullable=False),
    )
    op.create_index("ix_acme_pager_delivery_incident_id", "acme_pager_delivery", ["incident_id"])


def downgrade() -> None:
    """Without the log."""
    op.drop_table("acme_pager_delivery")
