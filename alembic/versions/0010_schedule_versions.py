"""The versions of schedules: who was on call last Tuesday stays true when a schedule changes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the table of versions; each schedule begins with the one that it has."""
    op.create_table(
        "oncall_schedule_version",
        sa.Column("schedule_id", sa.String(length=128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("schedule_id", "version", name=op.f("pk_oncall_schedule_version")),
    )
    op.execute(
        "INSERT INTO oncall_schedule_version (schedule_id, version, since, body) "
        "SELECT id, version, updated_at, body FROM oncall_schedule"
    )
