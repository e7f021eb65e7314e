"""Writing intents, in the transaction that causes them."""

from collections.abc import Sequence

import orjson
from sqlalchemy import Connection

from incident_hub.domain.ids import new_id
from incident_hub.domain.jobs import NewJob

__all__ = ["enqueue"]

_COLUMNS = "id, kind, key, incident_id, payload, state, priority, run_at, created_at"


def enqueue(connection: Connection, jobs: Sequence[NewJob], now: int) -> None:
    """Write the intents; one whose key is there already is not written again."""
    if not jobs:
        return
    holders = (
        "$1, $2, $3, $4, $5, 'ready', $6, $7, $8"
        if _numbered(connection)
        else "?, ?, ?, ?, ?, 'ready', ?, ?, ?"
    )
    rows = [
        (
            new_id(now),
            j.kind,
            j.key,
            j.incident_id,
            orjson.dumps(j.payload).decode(),
            j.priority,
            j.run_at or now,
            now,
        )
        for j in jobs
    ]
    connection.exec_driver_sql(
        f"INSERT INTO job ({_COLUMNS}) VALUES ({holders}) ON CONFLICT (key) DO NOTHING",  # noqa: S608
        rows,
    )


def _numbered(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"
