"""Levels that fired and whose pages are not there: each is asked for again, under its own key."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, select

from incident_hub.domain.events import EventType
from incident_hub.domain.jobs import NewJob
from incident_hub.domain.receivers import Receiver, ReceiverError
from incident_hub.response.auditing.trouble import Terms, Trouble, TroubleKind
from incident_hub.response.paging.jobs import page_job
from incident_hub.storage.tables import event, incident, job
from incident_hub.storage.tables_escalation import escalation
from incident_hub.work.queue import enqueue

__all__ = ["repair_pages"]

_MOST = 500
_SEEN = (EventType.PAGED.value, EventType.NOBODY_PAGED.value)
_STEPPED = EventType.ESCALATION_STEPPED.value


def repair_pages(connection: Connection, terms: Terms) -> list[Trouble]:
    """What the timeline says was paged must be a job, or have left its own event."""
    fired = (
        select(escalation.c.incident_id)
        .where(escalation.c.fired_at >= terms.since, escalation.c.fired_at < terms.until)
        .order_by(escalation.c.fired_at)
        .limit(_MOST)
    )
    ids = sorted({row.incident_id for row in connection.execute(fired)})
    if not ids:
        return []
    rows = connection.execute(select(incident.c.id, incident.c.severity).where(incident.c.id.in_(ids)))
    severities: dict[str, str] = {row.id: row.severity for row in rows}
    told, seen = _events(connection, ids, terms)
    wanted = {one.key: one for one in _pages(told, severities) if _mark(one) not in seen}
    known = {row.key for row in connection.execute(select(job.c.key).where(job.c.key.in_(list(wanted))))}
    lost = [one for key, one in wanted.items() if key not in known]
    enqueue(connection, lost, terms.now)
    return [Trouble(TroubleKind.LOST_PAGES, len(lost), str(lost[0].key), repaired=True)] if lost else []


def _events(
    connection: Connection, ids: Sequence[str], terms: Terms
) -> tuple[list[tuple[str, dict[str, Any]]], set[tuple[str, ...]]]:
    """The levels that fired, and the marks of pages of which something was said since."""
    query = select(event.c.incident_id, event.c.type, event.c.at, event.c.data).where(
        event.c.incident_id.in_(ids), event.c.at >= terms.since, event.c.type.in_((_STEPPED, *_SEEN))
    )
    told: list[tuple[str, dict[str, Any]]] = []
    seen: set[tuple[str, ...]] = set()
    for row in connection.execute(query):
        data = orjson.loads(row.data)
        if row.type == _STEPPED and row.at < terms.until and data.get("number"):
            told.append((row.incident_id, data))
        elif row.type != _STEPPED:
            seen.add((row.incident_id, *(str(data.get(name)) for name in ("event", "number", "receiver"))))
    return told, seen


def _pages(told: Sequence[tuple[str, dict[str, Any]]], severities: dict[str, str]) -> Iterator[NewJob]:
    """The pages that a level should have written, as it would have; webhooks go without one."""
    for key, said in told:
        for text in said.get("paged", ()):
            try:
                receiver = Receiver.parse(str(text))
            except ReceiverError:
                continue
            because = {name: said.get(name) for name in ("escalation", "policy", "level", "round")}
            yield page_job(
                key, str(said["event"]), str(said["number"]), receiver, severities.get(key, "P3"),
                because={**because, "repaired": True},
            )  # fmt: skip


def _mark(one: NewJob) -> tuple[str, ...]:
    payload = one.payload
    return (str(one.incident_id), *(str(payload.get(name)) for name in ("event", "number", "receiver")))
