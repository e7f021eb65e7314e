"""The hub's past, for plugins: read through an index, two statements for a whole batch."""

from collections.abc import Sequence

from incident_hub_hookspecs import Incident
from sqlalchemy import Connection

from incident_hub.storage.bulk import among, select_whole
from incident_hub.storage.database import Database
from incident_hub.triage.batch import load_views

__all__ = ["Lookup", "similar"]

LIMIT = 50
# An incident that alerts no longer join has its id as slot, so the unique index holds the past in order.
_NEWEST = "SELECT id FROM incident WHERE fingerprint = k.value ORDER BY dedup_slot DESC LIMIT ?"
_PAST = {
    "sqlite": "FROM (SELECT i.id, i.fingerprint FROM json_each(?) AS k "  # noqa: S608 - own names
    f"JOIN incident AS i ON i.id IN ({_NEWEST}))",
    "postgresql": "FROM (SELECT n.id, k.value AS fingerprint FROM unnest(?::text[]) AS k(value) "  # noqa: S608
    f"CROSS JOIN LATERAL ({_NEWEST}) AS n) AS found",
}


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
    _, several = among(connection, keys)
    rows = select_whole(
        connection, ("id", "fingerprint"), _PAST[connection.dialect.name], (several, wanted + 1)
    )
    past: dict[str, list[str]] = {}
    for key, fingerprint in sorted(map(tuple, rows), reverse=True):
        past.setdefault(fingerprint, []).append(key)
    earlier = [[key for key in past.get(one.fingerprint, ()) if key < one.id][:wanted] for one in incidents]
    views = load_views(connection, sorted({key for keys in earlier for key in keys}), merged=True)
    return [[views[key] for key in keys if key in views] for keys in earlier]
