"""The hub's past, for plugins: read through an index, two statements for a whole batch."""

from collections.abc import Sequence

import orjson
from incident_hub_hookspecs import Incident
from sqlalchemy import Connection, select, text

from incident_hub.storage.database import Database
from incident_hub.storage.incidents import view_of
from incident_hub.storage.tables import incident
from incident_hub.triage.batch import IDS, VIEW_COLUMNS, chunks

__all__ = ["Lookup", "similar"]

LIMIT = 50
# An incident that alerts no longer join has its id as slot, so the unique index holds the past in order.
_NEWEST = "SELECT id FROM incident WHERE fingerprint = {key} ORDER BY dedup_slot DESC LIMIT :wanted"
_SQLITE = text(
    "SELECT i.id, i.fingerprint FROM json_each(:keys) AS k JOIN incident AS i "  # noqa: S608 - own names
    f"ON i.id IN ({_NEWEST.format(key='k.value')})"
)
_POSTGRES = text(
    "SELECT n.id, k.v FROM json_array_elements_text(CAST(:keys AS json)) AS k(v) "  # noqa: S608 - own names
    f"CROSS JOIN LATERAL ({_NEWEST.format(key='k.v')}) AS n"
)
_VIEWS = select(*VIEW_COLUMNS).where(incident.c.id.in_(IDS))


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
    past: dict[str, list[str]] = {}
    for key, fingerprint in sorted(map(tuple, rows), reverse=True):
        past.setdefault(fingerprint, []).append(key)
    earlier = [[key for key in past.get(one.fingerprint, ()) if key < one.id][:wanted] for one in incidents]
    views = _views(connection, sorted({key for keys in earlier for key in keys}))
    return [[views[key] for key in keys if key in views] for keys in earlier]


def _views(connection: Connection, ids: Sequence[str]) -> dict[str, Incident]:
    parts = chunks(ids)
    return {row.id: view_of(row) for part in parts for row in connection.execute(_VIEWS, {"ids": part}).all()}
