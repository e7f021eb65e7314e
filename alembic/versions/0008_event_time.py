"""What burned at a time is found by when it began, however late the hub heard of it."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Index the beginnings; without the id, for no page is read in their order."""
    op.create_index("ix_incident_first_seen", "incident", ["first_seen"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_incident_first_seen", table_name="incident")
