"""The table of changes."""

import sqlalchemy as sa
from alembic import op

revision = "enricher_changes_0001"
down_revision = None

_TEXTS = (
    "kind", "name", "version_before", "version_after", "changed_by", "url", "service", "provider", "model",
    "deployment", "prompt_version", "agent", "tool", "tenant", "environment",
)  # fmt: skip


def upgrade() -> None:
    """One row a change."""
    op.create_table(
        "enricher_changes_change",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.String(200), nullable=False) for name in _TEXTS),
    )
    op.create_index("ix_enricher_changes_change_at", "enricher_changes_change", ["at"])
    op.create_index("ix_enricher_changes_change_service_at", "enricher_changes_change", ["service", "at"])


def downgrade() -> None:
    """Without them."""
    op.drop_table("enricher_changes_change")
