"""Where each incident's message is."""

import sqlalchemy as sa
from alembic import op

revision = "notifier_slack_1"
down_revision = None


def upgrade() -> None:
    """One row for each incident and place."""
    op.create_table(
        "notifier_slack_message",
        sa.Column("incident_id", sa.String(64), primary_key=True),
        sa.Column("place", sa.String(255), primary_key=True),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("ts", sa.String(64), nullable=False),
        sa.Column("told", sa.String(255), nullable=False),
    )


def downgrade() -> None:
    """Without it."""
    op.drop_table("notifier_slack_message")
