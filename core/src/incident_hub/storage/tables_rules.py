"""The table of routes, maintenance windows and inhibitions. Times are microseconds since 1970."""

from sqlalchemy import BigInteger, Column, Integer, SmallInteger, String, Table, Text

from incident_hub.storage.tables import metadata

__all__ = ["rule"]

rule = Table(
    "rule",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("id", String(128), primary_key=True),
    Column("document", Text, nullable=False),  # the rule as JSON, as `domain.rules` has it
    Column("enabled", SmallInteger, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", String(255), nullable=False),
)
