"""The hub's past, for plugins: read through an index, one statement for a whole batch."""

from collections.abc import Sequence
from typing import Any

import orjson
from incident_hub_hookspecs import Incident
from sqlalchemy import Connection, Row, text

from incident_hub.storage.database import Database
from incident_hub.storage.incidents import incident_view
from incident_hub.triage.batch import VIEW_COLUMNS

__all__ = ["Lookup", "similar"]

LIMIT = 50
_VIEW = ", ".join(f"i.{column.name}" for column in VIEW_COLUMNS)
# An incident that alerts no longer join has its id as slot, so the unique index holds the past in order.
_NEWEST = "SELECT id FROM incident WHERE fingerprint = {key} ORDER BY dedup_slot DESC LIMIT :wanted"
_SQLITE = text(
    f"SELECT {_VIEW} FROM json_each(:keys) AS k JOIN incident AS i "  # noqa: S608 - own names
    f"ON i.id IN ({_NEWEST.format(key='k.value')})"
)
_POSTGRES = text(
    f"SELECT {_VIEW} FROM json_array_elements_text(CAST(:keys AS json)) AS k(v) "  # noqa: S608 - own names
    f"CROSS JOIN LATERAL ({_NEWEST.format(key='k.v')}) AS n JOIN incident AS i ON i.id = n.id"
)


class Lookup:
    """The `IncidentLookup` that plugins are handed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def similar(self, incidents: Sequence[Incident], *, limit: int = 10) -> list[list[Incident]]:
        """For each incident its earlier ones of the same fingerprint, newest first."""
        if not incidents:
            return []
        return await self._database.read(lambda connection: similar(connection, incidents, limit))


def similar(connection: Connection, incidents: Sequence[Incident], limit: int) -> list[list[Incident]]:
    """As `Lookup.similar`, within a transaction. An incident's own row takes one place of the read."""
    wanted = max(0, min(limit, LIMIT))
    keys = sorted({one.fingerprint for one in incidents})
    query = _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE
    rows = connection.execute(query, {"keys": orjson.dumps(keys).decode(), "wanted": wanted + 1}).all()
    past: dict[str, list[Row[Any]]] = {}
    for row in sorted(rows, key=lambda row: str(row.id), reverse=True):
        past.setdefault(row.fingerprint, []).append(row)
    views: dict[str, Incident] = {}
    return [_earlier(one, past.get(one.fingerprint, ()), views)[:wanted] for one in incidents]


def _earlier(one: Incident, rows: Sequence[Row[Any]], views: dict[str, Incident]) -> list[Incident]:
    return [
        views.get(row.id) or views.setdefault(row.id, incident_view(row)) for row in rows if row.id < one.id
    ]
