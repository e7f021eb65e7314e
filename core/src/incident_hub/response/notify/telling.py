"""What the timeline says of a notification, and who hears in its place."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.receivers import Receiver
from incident_hub.events.append import append_events
from incident_hub.response.paging.jobs import page_job
from incident_hub.storage.reading.rows import DeliveryRow
from incident_hub.work.queue import enqueue

__all__ = ["ACTOR", "told", "turn_to_fallback"]

ACTOR = "hub:notify"
_ENDS = ("resolved", "closed")
_FALLBACK = ".fallback"


def told(
    connection: Connection,
    records: Sequence[DeliveryRow],
    kind: EventType,
    said: Mapping[str, object],
    now: int,
) -> None:
    """One event an incident. A person's address stays out of it: places are told apart without."""
    events = []
    for one in records:
        about: dict[str, object] = {"event": one.event, "target": one.place, "receiver": one.receiver}
        if not one.receiver.startswith("target:"):
            about |= {"channel": one.channel, **({"person": one.person} if one.person else {})}
        events.append(NewEvent(one.incident_id, kind, now, ACTOR, {**about, **said}))
    append_events(connection, events)


def turn_to_fallback(
    connection: Connection, one: DeliveryRow, why: str, fallback: Sequence[str], now: int
) -> None:
    """Page the fallback receivers of what does not arrive; once, and not for an end or for such a page itself."""
    if one.event in _ENDS or one.number.endswith(_FALLBACK):
        return
    receivers = [text for text in fallback if text not in (one.receiver, f"target:{one.place}")]
    because = {"undelivered": one.place, "receiver": one.receiver, "error": why}
    number = one.number[: 60 - len(_FALLBACK)] + _FALLBACK
    severity = "P0" if one.urgent else "P3"
    jobs = [
        page_job(one.incident_id, one.event, number, Receiver.parse(text), severity, because=because)
        for text in receivers
    ]
    enqueue(connection, jobs, now)
