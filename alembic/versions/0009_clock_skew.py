"""Sources whose clock is ahead."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """One row a source."""
    op.create_table(
        "clock_skew",
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.Column("noticed_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_clock_skew"),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("clock_skew")
