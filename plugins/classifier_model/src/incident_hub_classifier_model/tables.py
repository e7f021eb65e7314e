"""The plugin's own tables: lessons, versions, and who promoted which."""

import sqlalchemy as sa

__all__ = ["lesson", "promotion", "version"]

_metadata = sa.MetaData()

lesson = sa.Table(
    "classifier_model_lesson",
    _metadata,
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

version = sa.Table(
    "classifier_model_version",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(40), nullable=False, unique=True),
    sa.Column("created_at", sa.String(40), nullable=False),
    sa.Column("made_by", sa.String(255), nullable=False),
    sa.Column("trained_on", sa.Text, nullable=False),
    sa.Column("metrics", sa.Text, nullable=False),
    sa.Column("blob", sa.LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

promotion = sa.Table(
    "classifier_model_promotion",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("version_id", sa.String(40), nullable=False),
    sa.Column("rollback", sa.Boolean, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("actor", sa.String(255), nullable=False),
    sqlite_autoincrement=True,
)
