"""The plugin's table, and the statements about it."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, Index, MetaData, String, Table, Text, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from incident_hub_enricher_runbooks.reading import match_json, read_match
from incident_hub_enricher_runbooks.runbook import Runbook

__all__ = ["METADATA", "all_runbooks", "count", "put", "remove", "runbook_by_id"]

METADATA = MetaData()
_RUNBOOK = Table(
    "enricher_runbooks_runbook",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("title", String(300), nullable=False),
    Column("url", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("match", Text, nullable=False),
    Column("updated_at", String(40), nullable=False),
    Column("updated_by", String(255), nullable=False),
)
Index("ix_enricher_runbooks_runbook_title", _RUNBOOK.c.title)
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def all_runbooks(connection: Connection) -> list[Runbook]:
    """By title."""
    rows = connection.execute(select(_RUNBOOK).order_by(_RUNBOOK.c.title, _RUNBOOK.c.id))
    return [_runbook(row) for row in rows]


def runbook_by_id(connection: Connection, key: str) -> Runbook | None:
    """One."""
    row = connection.execute(select(_RUNBOOK).where(_RUNBOOK.c.id == key)).one_or_none()
    return None if row is None else _runbook(row)


def count(connection: Connection) -> int:
    """How many there are."""
    return int(connection.execute(select(func.count()).select_from(_RUNBOOK)).scalar_one())


def put(connection: Connection, runbooks: Sequence[Runbook]) -> None:
    """Store them; one that is there by the same id is replaced."""
    insert = _INSERT[connection.dialect.name](_RUNBOOK)
    changed = {name: insert.excluded[name] for name in _RUNBOOK.c.keys() if name != "id"}  # noqa: SIM118 - not a dict
    statement = insert.on_conflict_do_update(index_elements=["id"], set_=changed)
    if runbooks:
        connection.execute(statement, [_row(one) for one in runbooks])


def remove(connection: Connection, keys: Sequence[str] | None) -> int:
    """Take these out, or all of them; how many were there."""
    statement = delete(_RUNBOOK) if keys is None else delete(_RUNBOOK).where(_RUNBOOK.c.id.in_(keys))
    return connection.execute(statement).rowcount


def _row(runbook: Runbook) -> dict[str, str]:
    plain = ("id", "title", "url", "text", "updated_at", "updated_by")
    return {
        **{name: getattr(runbook, name) for name in plain},
        "match": json.dumps(match_json(runbook.match)),
    }


def _runbook(row: Any) -> Runbook:  # noqa: ANN401 - a row
    return Runbook(
        row.id,
        row.title,
        row.url,
        row.text,
        read_match(json.loads(row.match)),
        row.updated_at,
        row.updated_by,
    )
