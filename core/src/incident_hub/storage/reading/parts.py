"""What hangs on incidents, read for many of them in one statement."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Select, String, bindparam, or_, select, true

from incident_hub.storage import tables
from incident_hub.storage.reading.rows import (
    AlertRow,
    FeedbackRow,
    FindingRow,
    GroupRow,
    IncidentRow,
    LinkRow,
    RelationRow,
    TimelineRow,
    columns_of,
)

__all__ = [
    "feedback_of",
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


def feedback_of(connection: Connection, ids: Sequence[str]) -> dict[str, list[FeedbackRow]]:
    """What people said of each incident, oldest first."""
    feedback = tables.feedback
    query = select(*columns_of(FeedbackRow)).where(feedback.c.incident_id.in_(_IDS)).order_by(feedback.c.id)
    found: dict[str, list[FeedbackRow]] = defaultdict(list)
    for row in connection.execute(query, {"ids": list(ids)}):
        mine = found[row.incident_id]
        if len(mine) < _FINDINGS_EACH:
            mine.append(FeedbackRow._make(row))
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
    query = _first_query(kind is TimelineRow, connection.dialect.name)
    values = {"ids": list(ids), "size": size} | ({"after": after} if kind is TimelineRow else {})
    found: dict[str, list[T]] = defaultdict(list)
    for row in connection.execute(query, values):
        found[row.incident_id].append(kind._make(row))
    return found


@lru_cache(maxsize=8)
def _first_query(timeline: bool, dialect: str) -> Select[Any]:
    """One index search an incident, however long its list is; a window function would read it whole."""
    columns = columns_of(TimelineRow if timeline else AlertRow)
    source = _lateral(columns, timeline) if dialect == "postgresql" else _correlated(columns, timeline)
    chosen, query = source
    return query.where(tables.incident.c.id.in_(_IDS)).order_by(chosen.asc() if timeline else chosen.desc())


def _lateral(columns: tuple[Column[Any], ...], timeline: bool) -> tuple[Any, Select[Any]]:
    owner = tables.incident
    inner = _wanted(columns, columns[0].table.c, columns[0], timeline)
    part = inner.correlate(owner).lateral("part")
    query = select(*(part.c[c.name] for c in columns)).select_from(owner.join(part, true()))
    return part.c[columns[0].name], query


def _correlated(columns: tuple[Column[Any], ...], timeline: bool) -> tuple[Any, Select[Any]]:
    """SQLite has no lateral joins; its `IN` with a limit runs once an incident all the same."""
    owner, key = tables.incident, columns[0]
    again = key.table.alias("again")
    inner = _wanted((again.c[key.name],), again.c, again.c[key.name], timeline)
    chosen = key.in_(inner.correlate(owner))
    return key, select(*columns).select_from(owner.join(key.table, chosen))


def _wanted(columns: Any, table: Any, key: Any, timeline: bool) -> Select[Any]:  # noqa: ANN401 - of a table or its alias
    """The first rows of one incident."""
    query = select(*columns).where(table.incident_id == tables.incident.c.id)
    if timeline:
        query = query.where(key > bindparam("after"))
    size: Any = bindparam("size")
    return query.order_by(key.asc() if timeline else key.desc()).limit(size)
