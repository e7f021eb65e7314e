"""The members of groups, as far as it takes to see that a group comes again."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, String, bindparam, func, select

from incident_hub.storage.tables import incident

__all__ = ["Member", "earlier_groups"]

MOST_PROBLEMS = 100
MOST_GROUPS = 50
_FINGERPRINTS = bindparam("fingerprints", expanding=True, type_=String())
_GROUPS = bindparam("groups", expanding=True, type_=String())


class Member(NamedTuple):
    """One incident of a group. `first_seen` is in microseconds."""

    group_id: str
    fingerprint: str
    title: str
    first_seen: int
    root_cause: str | None


_MEMBERS = select(*(incident.c[name] for name in Member._fields))
_MINE = _MEMBERS.where(incident.c.group_id == bindparam("group")).order_by(
    incident.c.first_seen, incident.c.id
)
_SHARING = (
    select(incident.c.group_id)
    .where(
        incident.c.fingerprint.in_(_FINGERPRINTS),
        incident.c.group_id.is_not(None),
        incident.c.group_id < bindparam("group"),
    )
    .group_by(incident.c.group_id)
    .order_by(func.count().desc(), incident.c.group_id.desc())
    .limit(MOST_GROUPS)
)
_THEIRS = _MEMBERS.where(incident.c.group_id.in_(_GROUPS)).order_by(incident.c.first_seen, incident.c.id)


def earlier_groups(connection: Connection, group: str) -> tuple[list[Member], Mapping[str, list[Member]]]:
    """The group's members, and those of earlier groups that share a problem; each in the order they began.

    Group ids are in order of time, and an index leads from a problem to its incidents.
    """
    mine = [Member._make(row) for row in connection.execute(_MINE.limit(MOST_PROBLEMS), {"group": group})]
    prints = sorted({one.fingerprint for one in mine})
    values = {"fingerprints": prints, "group": group}
    groups = list(connection.execute(_SHARING, values).scalars()) if prints else []
    found: dict[str, list[Member]] = defaultdict(list)
    if groups:
        for row in connection.execute(_THEIRS, {"groups": groups}):
            found[row.group_id].append(Member._make(row))
    return mine, found
