"""A page of one state or severity is read in the order of creation, so it need not sort all that match."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Put the time of creation into the indexes on state and severity."""
    for column in ("severity", "state"):
        op.drop_index(f"ix_incident_{column}", table_name="incident")
        op.create_index(f"ix_incident_{column}", "incident", [column, "created_at", "id"], unique=False)
