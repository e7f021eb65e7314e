"""Lessons, versions and promotions."""

import sqlalchemy as sa
from alembic import op

revision = "classifier_model_1"
down_revision = None


def upgrade() -> None:
    """What people taught, what was made of it, and which version serves."""
    op.create_table(
        "classifier_model_lesson",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("incident_id", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("severity", sa.String(2), nullable=False),
        sa.Column("example", sa.Text, nullable=False),
        sa.UniqueConstraint("incident_id", "actor", "kind", name="uq_classifier_model_lesson_said"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_classifier_model_lesson_actor", "classifier_model_lesson", ["actor", "number"])
    op.create_table(
        "classifier_model_version",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(40), nullable=False, unique=True),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("made_by", sa.String(255), nullable=False),
        sa.Column("trained_on", sa.Text, nullable=False),
        sa.Column("metrics", sa.Text, nullable=False),
        sa.Column("blob", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "classifier_model_promotion",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("version_id", sa.String(40), nullable=False),
        sa.Column("rollback", sa.Boolean, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Without them."""
    op.drop_table("classifier_model_promotion")
    op.drop_table("classifier_model_version")
    op.drop_table("classifier_model_lesson")
