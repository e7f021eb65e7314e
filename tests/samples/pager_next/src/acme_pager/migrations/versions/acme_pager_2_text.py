"""What a page said."""

import sqlalchemy as sa
from alembic import op

revision = "acme_pager_2"
down_revision = "acme_pager_1"


def upgrade() -> None:
    """Unknown for the pages so far."""
    op.add_column("acme_pager_delivery", sa.Column("text", sa.Text()))


def downgrade() -> None:
    """Without it."""
    with op.batch_alter_table("acme_pager_delivery") as table:
        table.drop_column("text")
