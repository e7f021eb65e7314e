"""Reading incidents that triage will write, and holding on to them at the end only.

An alert that repeats an incident waits for whoever holds its row. So what takes long is written before
anything is held; whether somebody changed an incident meanwhile shows in its version.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, String, bindparam, or_, select

from incident_hub.storage.tables import incident
from incident_hub.triage.batch import IDS, chunks

__all__ = ["MovedOnError", "hold", "incidents_now"]

_FIELDS = ("id", "state", "severity", "reported_severity", "type", "version", "group_id", "silenced_by")
_NOW = (
    select(*(incident.c[name] for name in _FIELDS))
    .where(incident.c.id.in_(IDS), incident.c.merged_into.is_(None))
    .order_by(incident.c.id)
)
_GROUPS = bindparam("groups", expanding=True, type_=String())
_HELD = (
    select(incident.c.id, incident.c.version)
    .where(or_(incident.c.id.in_(IDS), incident.c.group_id.in_(_GROUPS)))
    .order_by(incident.c.id)
    .with_for_update(key_share=True)
)


class MovedOnError(Exception):
    """An incident is not as it was read."""


def incidents_now(connection: Connection, ids: Iterable[str], *, held: bool) -> dict[str, Row[Any]]:
    """The incidents as they are, but merged ones; `held`, nobody changes them until this transaction ends."""
    query = _NOW.with_for_update(key_share=True) if held else _NOW
    parts = chunks(sorted(ids))
    return {row.id: row for part in parts for row in connection.execute(query, {"ids": part}).all()}


def hold(
    connection: Connection, rows: Mapping[str, Row[Any]], ids: Collection[str], groups: Collection[str]
) -> None:
    """Hold these incidents, and those of the groups, in the order in which everybody does.

    Raises `MovedOnError` when one of them is not as it is in `rows`. SQLite's writers are alone.
    """
    if connection.dialect.name != "postgresql" or not (ids or groups):
        return
    values = {"ids": sorted(ids), "groups": sorted(groups)}
    found = {row.id: row.version for row in connection.execute(_HELD, values)}
    if any(key in rows and rows[key].version != found.get(key) for key in (*ids, *found)):
        raise MovedOnError
