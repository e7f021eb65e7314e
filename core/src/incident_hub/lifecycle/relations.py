"""How incidents stand to each other, as people say it."""

from incident_hub_hookspecs import RelationType
from sqlalchemy import ColumnElement, and_, delete, insert, select

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.ids import new_id
from incident_hub.lifecycle.change import Change
from incident_hub.lifecycle.errors import IncidentNotFoundError, InvalidInputError, RelationNotFoundError
from incident_hub.lifecycle.inputs import clean_text
from incident_hub.storage.incidents import find_incident
from incident_hub.storage.tables import relation

__all__ = ["add_relation", "drop_relation", "link", "unlink"]


def link(change: Change, kind: RelationType, other_id: str, reason: str = "") -> None:
    """Relate it to another incident; a relation that stands already is left as it is."""
    reason = clean_text("reason", reason)
    _check(change, kind, other_id)
    if find_incident(change.connection, other_id) is None:
        raise IncidentNotFoundError(other_id)
    if add_relation(change, kind, other_id, reason):
        _tell(change, EventType.LINKED, kind, other_id, reason)


def unlink(change: Change, kind: RelationType, other_id: str, reason: str = "") -> None:
    """Take a relation back."""
    reason = clean_text("reason", reason)
    _check(change, kind, other_id)
    if not drop_relation(change, kind, other_id):
        raise RelationNotFoundError(f"incident {change.id} is not {kind} incident {other_id}")
    _tell(change, EventType.UNLINKED, kind, other_id, reason)


def add_relation(change: Change, kind: RelationType, other_id: str, reason: str) -> bool:
    """Store the relation unless it stands; whether it is new."""
    if change.connection.execute(select(relation.c.id).where(_is(change, kind, other_id))).first():
        return False
    values = {
        "id": new_id(change.at),
        "incident_id": change.id,
        "type": kind.value,
        "other_id": other_id,
        "reason": reason,
        "actor": change.actor,
        "at": change.at,
    }
    change.connection.execute(insert(relation).values(**values))
    return True


def drop_relation(change: Change, kind: RelationType, other_id: str) -> bool:
    """Remove the relation; whether it stood."""
    return change.connection.execute(delete(relation).where(_is(change, kind, other_id))).rowcount == 1


def _is(change: Change, kind: RelationType, other_id: str) -> ColumnElement[bool]:
    return and_(
        relation.c.incident_id == change.id, relation.c.type == kind.value, relation.c.other_id == other_id
    )


def _check(change: Change, kind: RelationType, other_id: str) -> None:
    if kind is RelationType.MERGED_INTO:
        raise InvalidInputError("type", "merged_into comes and goes with merge and unmerge")
    if other_id == change.id:
        raise InvalidInputError("other_id", "an incident has no relation to itself")


def _tell(change: Change, event: EventType, kind: RelationType, other_id: str, reason: str) -> None:
    """The event stands on both timelines, and says on each which way the relation reads."""
    stands, gone = {"type": kind.value, "from": change.id, "to": other_id}, None
    before, after = (gone, stands) if event is EventType.LINKED else (stands, gone)
    change.record(event, before=before, after=after, reason=reason)
    data = {"before": before, "after": after, "reason": reason}
    change.events.append(NewEvent(other_id, event, change.at, change.actor, data))
