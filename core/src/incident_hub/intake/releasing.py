"""What was held back while an incident was mute, when it is heard again: it is routed then, once."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, case, func, select

from incident_hub.domain.events import EventType
from incident_hub.domain.jobs import NewJob
from incident_hub.lifecycle.routed import BEGINNING, rules_jobs
from incident_hub.storage.tables import event

__all__ = ["release_jobs"]

_TOLD = (EventType.NOTIFICATION_SENT.value, EventType.PAGED.value)
_KINDS = (EventType.SILENCED.value, EventType.REOPENED.value, *_TOLD)


def release_jobs(connection: Connection, heard: Sequence[tuple[str, str]], now: int) -> list[NewJob]:
    """Intents for pairs of an incident's id and severity; ask before the end of the mute is on the timeline.

    Whoever was told of the beginning is not told again: the keys are the same. Only what came back while it was
    mute is news to them.
    """
    returned = _returned(connection, [key for key, _ in heard]) if heard else set()
    again = [pair for pair in heard if pair[0] in returned]
    rest = [pair for pair in heard if pair[0] not in returned]
    return [*rules_jobs(rest, "created", BEGINNING), *rules_jobs(again, "reopened", f"held{now}")]


def _returned(connection: Connection, ids: Sequence[str]) -> set[str]:
    def last(*kinds: str) -> ColumnElement[int]:
        return func.coalesce(func.max(case((event.c.type.in_(kinds), event.c.cursor), else_=None)), 0)

    query = (
        select(event.c.incident_id, last(_KINDS[0]), last(_KINDS[1]), last(*_TOLD))
        .where(event.c.incident_id.in_(list(ids)), event.c.type.in_(_KINDS))
        .group_by(event.c.incident_id)
    )
    rows = connection.execute(query)
    return {key for key, muted, returned, told in rows if told and returned > muted}
