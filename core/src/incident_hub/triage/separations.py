"""Who was taken out of a group by a person, and so stays out of it."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, String, bindparam, or_, select, update

from incident_hub.storage.tables import incident, separation
from incident_hub.triage.batch import IDS

__all__ = ["move_separations", "separations"]

_GROUPS = bindparam("groups", expanding=True, type_=String())
_APART = (
    select(separation.c.incident_id, separation.c.group_id, incident.c.group_id.label("now"))
    .join(incident, incident.c.id == separation.c.incident_id)
    .where(or_(separation.c.incident_id.in_(IDS), separation.c.group_id.in_(_GROUPS)))
)


def separations(
    connection: Connection, incidents: Sequence[str], groups: Sequence[str]
) -> tuple[Collection[tuple[str, str]], Mapping[str, str]]:
    """The pairs of incident and group that concern these, and where the incidents are now."""
    rows = connection.execute(_APART, {"ids": list(incidents), "groups": list(groups)}).all()
    return [(row.incident_id, row.group_id) for row in rows], {r.incident_id: r.now for r in rows if r.now}


def move_separations(connection: Connection, old: str, new: str) -> None:
    """Who stays out of a group stays out of the one that it is merged into."""
    known = select(separation.c.incident_id).where(separation.c.group_id == new)
    mine = separation.c.group_id == old
    connection.execute(separation.delete().where(mine, separation.c.incident_id.in_(known)))
    connection.execute(update(separation).where(mine).values(group_id=new))
