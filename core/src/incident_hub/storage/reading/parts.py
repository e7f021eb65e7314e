"""What hangs on incidents, read for many of them in one statement."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Select, String, Table, bindparam, or_, select, true

from incident_hub.storage import tables
from incident_hub.storage.reading.rows import (
    AlertRow,
    FindingRow,
    GroupRow,
    IncidentRow,
    LinkRow,
    RelationRow,
    TimelineRow,
    columns_of,
)

__all__ = [
    "findings_of",
    "first_alerts",
    "first_events",
    "groups_by_id",
    "links_of_groups",
    "members_of_groups",
    "relations_of",
]

T = TypeVar("T", AlertRow, TimelineRow)
_IDS = bindparam("ids", expanding=True, type_=String())
_FINDINGS_EACH = 100
_LINKS_EACH = 200


def first_alerts(connection: Connection, ids: Sequence[str], size: int) -> dict[str, list[AlertRow]]:
    """The newest alerts of each incident."""
    return _first(connection, AlertRow, ids, size, 0)


def first_events(
    connection: Connection, ids: Sequence[str], size: int, after: int
) -> dict[str, list[TimelineRow]]:
    """The first events of each incident behind the cursor, oldest first."""
    return _first(connection, TimelineRow, ids, size, after)


def findings_of(connection: Connection, ids: Sequence[str]) -> dict[str, list[FindingRow]]:
    """What plugins said of each incident, oldest first."""
    finding = tables.finding
    query = select(*columns_of(FindingRow)).where(finding.c.incident_id.in_(_IDS)).order_by(finding.c.id)
    found: dict[str, list[FindingRow]] = defaultdict(list)
    for row in connection.execute(query, {"ids": list(ids)}):
        mine = found[row.incident_id]
        if len(mine) < _FINDINGS_EACH:
            mine.append(FindingRow._make(row))
    return found


def groups_by_id(connection: Connection, ids: Sequence[str]) -> dict[str, GroupRow]:
    """Those of the groups that exist."""
    query = select(*columns_of(GroupRow)).where(tables.incident_group.c.id.in_(_IDS))
    return {row.id: GroupRow._make(row) for row in connection.execute(query, {"ids": list(ids)})}


def links_of_groups(connection: Connection, ids: Sequence[str]) -> dict[str, list[LinkRow]]:
    """The links of each group, oldest first."""
    link = tables.link
    query = select(*columns_of(LinkRow)).where(link.c.group_id.in_(_IDS)).order_by(link.c.id)
    found: dict[str, list[LinkRow]] = defaultdict(list)
    for row in connection.execute(query, {"ids": list(ids)}):
        mine = found[row.group_id]
        if len(mine) < _LINKS_EACH:
            mine.append(LinkRow._make(row))
    return found


def members_of_groups(connection: Connection, ids: Sequence[str], size: int) -> dict[str, list[IncidentRow]]:
    """The first incidents of each group, oldest first."""
    incident = tables.incident
    query = select(*columns_of(IncidentRow)).where(incident.c.group_id.in_(_IDS)).order_by(incident.c.id)
    found: dict[str, list[IncidentRow]] = defaultdict(list)
    for row in connection.execute(query, {"ids": list(ids)}):
        mine = found[row.group_id]
        if len(mine) < size:
            mine.append(IncidentRow._make(row))
    return found


def relations_of(connection: Connection, ids: Sequence[str]) -> dict[str, list[RelationRow]]:
    """The relations that name each incident, from either side."""
    relation = tables.relation
    query = select(*columns_of(RelationRow)).where(
        or_(relation.c.incident_id.in_(_IDS), relation.c.other_id.in_(_IDS))
    )
    found: dict[str, list[RelationRow]] = defaultdict(list)
    wanted = set(ids)
    for row in connection.execute(query.order_by(relation.c.id), {"ids": list(ids)}):
        for side in {row.incident_id, row.other_id} & wanted:
            found[side].append(RelationRow._make(row))
    return found


def _first(
    connection: Connection, kind: type[T], ids: Sequence[str], size: int, after: int
) -> dict[str, list[T]]:
    query = _first_query(kind, connection.dialect.name)
    values = {"ids": list(ids), "size": size} | ({"after": after} if kind is TimelineRow else {})
    found: dict[str, list[T]] = defaultdict(list)
    for row in connection.execute(query, values):
        found[row.incident_id].append(kind._make(row))
    return found


@lru_cache(maxsize=8)
def _first_query(kind: type, dialect: str) -> Select[Any]:
    """One index search an incident, however long its list is; a window function would read it whole."""
    columns = columns_of(kind)
    table: Table = columns[0].table  # type: ignore[assignment]
    key: Column[Any] = columns[0]
    order = key.asc() if kind is TimelineRow else key.desc()
    owner = tables.incident
    size: Any = bindparam("size")
    if dialect == "postgresql":
        inner = select(*columns).where(table.c.incident_id == owner.c.id, _behind(kind, key)).order_by(order)
        part = inner.limit(size).correlate(owner).lateral("part")
        query = select(*(part.c[c.name] for c in columns)).select_from(owner.join(part, true()))
        last: Any = part.c[key.name]
    else:
        again = table.alias("again")
        inner = select(again.c[key.name]).where(
            again.c.incident_id == owner.c.id, _behind(kind, again.c[key.name])
        )
        inner = inner.order_by(again.c[key.name] if kind is TimelineRow else again.c[key.name].desc()).limit(
            size
        )
        query = select(*columns).select_from(owner.join(table, key.in_(inner.correlate(owner))))
        last = key
    return query.where(owner.c.id.in_(_IDS)).order_by(last.asc() if kind is TimelineRow else last.desc())


def _behind(kind: type, key: Any) -> Any:  # noqa: ANN401 - a column in, a condition out
    return key > bindparam("after") if kind is TimelineRow else true()
