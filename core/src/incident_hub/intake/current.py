"""The incident that a fingerprint belongs to now: read under lock, claimed under the unique index."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from incident_hub.storage.bulk import insert_returning_ids, insert_rows, select_in
from incident_hub.storage.tables import incident

__all__ = ["BY_SOURCE", "COLUMNS", "CURRENT_SLOT", "Current", "claim", "held_keys", "load_current"]

CURRENT_SLOT = ""
BY_SOURCE = "source"  # whoever resolved it: the source itself
_FIELDS = (
    "id", "fingerprint", "state", "severity", "reported_severity", "stateful", "last_seen", "expires_at",
    "resolved_at", "closed_at", "merged_into", "version", "resolved_by",
    "first_seen",
)  # fmt: skip
COLUMNS = (
    "id", "fingerprint", "dedup_slot", "title", "description", "source", "severity", "reported_severity",
    "state", "type", "stateful", "count", "version", "resources", "labels", "annotations", "llm",
    "correlation_key", "silenced_by", "created_at", "updated_at", "first_seen", "last_seen", "expires_at",
)  # fmt: skip


@dataclass(slots=True)
class Current:
    """The part of an incident that deduplication needs, as it stands in this transaction."""

    id: str
    fingerprint: str
    state: str
    severity: str
    reported_severity: str | None
    stateful: int
    last_seen: int
    expires_at: int | None
    resolved_at: int | None
    closed_at: int | None
    merged_into: str | None
    version: int
    resolved_by: str | None
    first_seen: int

    @property
    def ended_at(self) -> int:
        """When it was resolved or closed."""
        return max(self.resolved_at or 0, self.closed_at or 0)


def load_current(connection: Connection, keys: Iterable[str]) -> dict[str, Current]:
    """The incidents that hold these fingerprints, locked in one order so that writers cannot deadlock.

    A merged incident stands for its target.
    """
    by_key = _load(connection, _BY_KEY, sorted(keys))
    by_id = {row.id: row for row in by_key}
    missing = {row.merged_into for row in by_key if row.merged_into} - by_id.keys()
    if missing:
        by_id |= {row.id: row for row in _load(connection, _BY_ID, sorted(missing))}
    return {row.fingerprint: by_id.get(row.merged_into or row.id, row) for row in by_key}


def held_keys(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Those fingerprints that some committed incident holds; nothing is locked yet.

    SQLite has one writer at a time: what is not there cannot come, so there all may be looked at later.
    """
    if connection.dialect.name != "postgresql":
        return set(keys)
    return {row[0] for row in select_in(connection, _HELD, keys)}


def claim(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> set[str]:
    """Insert new incidents; return the ids of those whose fingerprint another writer took first.

    SQLite has one writer at a time, so there nobody can come first.
    """
    if connection.dialect.name != "postgresql":
        insert_rows(connection, incident, COLUMNS, rows)
        return set()
    return insert_returning_ids(connection, incident, COLUMNS, rows, conflict="fingerprint, dedup_slot")


def _load(connection: Connection, sql: str, keys: Sequence[str]) -> list[Current]:
    lock = " FOR NO KEY UPDATE" if connection.dialect.name == "postgresql" else ""
    return [Current(*row) for row in select_in(connection, sql + lock, keys)]


_FOUND = f"SELECT {', '.join(_FIELDS)} FROM incident WHERE"  # noqa: S608 - own names
_HELD = f"SELECT fingerprint FROM incident WHERE fingerprint {{keys}} AND dedup_slot = '{CURRENT_SLOT}'"  # noqa: S608
_BY_KEY = f"{_FOUND} fingerprint {{keys}} AND dedup_slot = '{CURRENT_SLOT}' ORDER BY id"
_BY_ID = f"{_FOUND} id {{keys}} ORDER BY id"
