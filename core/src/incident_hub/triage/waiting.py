"""Links that wait for a third: where a group needs more than two, a pair is no group yet."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from incident_hub.storage.tables import link
from incident_hub.triage.batch import ScoredLink
from incident_hub.triage.placement import Placement

__all__ = ["WAITING", "settle_waiting", "waiting_links"]

WAITING = ""  # the group of a link that is in none
MOST = 1000
_WAITING = (
    select(link.c.incident_id, link.c.plugin, link.c.other_id, link.c.score, link.c.reason)
    .where(link.c.group_id == WAITING)
    .order_by(link.c.id.desc())
    .limit(MOST)
)


def waiting_links(connection: Connection, since: int) -> list[ScoredLink]:
    """The links of pairs since a moment in microseconds."""
    rows = connection.execute(_WAITING.where(link.c.at >= since)).all()
    return [ScoredLink(r.incident_id, r.plugin, r.other_id, float(r.score), r.reason) for r in rows]


def settle_waiting(connection: Connection, waiting: Sequence[ScoredLink], placement: Placement) -> None:
    """Give the links whose pair is in a group now to that group."""
    for one in waiting:
        group = placement.group_of(one.incident_id)
        if group is not None and group == placement.group_of(one.other_id):
            mine = (link.c.group_id == WAITING, link.c.incident_id == one.incident_id)
            change = update(link).where(*mine, link.c.other_id == one.other_id)
            connection.execute(change.values(group_id=group))
