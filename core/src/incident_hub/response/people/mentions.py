"""Who names somebody or something: what a deletion leaves behind."""

from sqlalchemy import Connection

from incident_hub.domain.people import Kind, ScheduleDraft, Service, Team
from incident_hub.response.people.reading import Kept, every
from incident_hub.storage.overrides import overrides_by_person

__all__ = ["named_by"]

_OF = {
    Kind.USER: (Kind.TEAM, Kind.SCHEDULE),
    Kind.TEAM: (Kind.SERVICE,),
    Kind.SCHEDULE: (Kind.TEAM,),
    Kind.SERVICE: (Kind.SERVICE,),
}


def named_by(connection: Connection, kind: Kind, key: str, now: int) -> list[str]:
    """The records that name it, as `schedule:primary`; for a user the schedules whose overrides do, too."""
    found = [
        f"{one.kind.value}:{one.row.id}"
        for other in _OF[kind]
        for one in every(connection, other)
        if _names(one, kind, key)
    ]
    if kind is Kind.USER:
        found += [f"schedule:{name}" for name in overrides_by_person(connection, key, now)]
    return list(dict.fromkeys(found))


def _names(one: Kept, kind: Kind, key: str) -> bool:
    if isinstance(one.record, ScheduleDraft):
        return key in one.record.people
    if isinstance(one.record, Team):
        return key in one.record.members if kind is Kind.USER else one.record.schedule == key
    if isinstance(one.record, Service):
        return one.record.owner_team == key if kind is Kind.TEAM else key in one.record.depends_on
    return False
