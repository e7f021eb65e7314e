"""Ends that came before what they end are found by their fingerprint."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_UNHEARD = sa.text("incident_id IS NULL")


def upgrade() -> None:
    """Index the alerts that belong to no incident; they are few."""
    op.create_index(
        "ix_alert_unheard",
        "alert",
        ["fingerprint"],
        unique=False,
        sqlite_where=_UNHEARD,
        postgresql_where=_UNHEARD,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_alert_unheard", table_name="alert")
