"""The handler of the job kind `page`: who is there now, and a notification for each way to reach them."""

import logging
from collections.abc import Callable, Mapping, Sequence

from incident_hub_hookspecs import Incident
from sqlalchemy import Connection

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.jobs import Job
from incident_hub.domain.receivers import Receiver, ReceiverError, ReceiverKind
from incident_hub.events.append import append_events
from incident_hub.response.notify.needless import incident_now, needless
from incident_hub.response.notify.reach import reach_job
from incident_hub.response.paging.finding import Found, find
from incident_hub.triage.checks import clean
from incident_hub.triage.route import named_targets
from incident_hub.triage.services import Services
from incident_hub.work.notifications import enqueue_notifications
from incident_hub.work.worker import Done, GiveUp, Handler

__all__ = ["page_handler"]

ACTOR = "hub:page"
_log = logging.getLogger("incident_hub.response")
Effects = Callable[[Connection], None]


def page_handler(services: Services) -> Handler:
    """The handler; a job's payload is what `page_job` writes."""

    async def page(job: Job) -> Done:
        one = await services.database.read(lambda c: incident_now(c, job.incident_id or ""))
        if one is None:
            return Done(result="skipped: the incident is gone")
        if why := needless(str(job.payload.get("event")), one):
            return Done(_told(job, EventType.PAGED, {"skipped": why}, services), f"skipped: {why}")
        found = await _found(str(job.payload.get("receiver")), job, one.severity.value, services)
        if found.ways:
            return Done(_paged(job, one, found, services), f"{len(found.ways)} to tell")
        if found.unwanted:
            said = {"ways": [], "skipped": "; ".join(clean(why) for why in found.missing)}
            return Done(_told(job, EventType.PAGED, said, services), "skipped: it is not wanted")
        return await _nobody(job, one, found, services)

    return page


async def _found(text: str, job: Job, severity: str, services: Services) -> Found:
    """What was written before a receiver was renamed may name nobody: that is nobody there, no error."""
    try:
        receiver = Receiver.parse(text)
    except ReceiverError as error:
        return Found(missing=(str(error),))
    channels = job.payload.get("channels")
    wanted = [str(name) for name in channels] if isinstance(channels, Sequence) else []
    return await find(receiver, wanted, services.clock.now(), services, severity)


async def _nobody(job: Job, one: Incident, found: Found, services: Services) -> Done:
    """The fallback receivers hear in their place, else every configured target; never nobody at all."""
    said = {"why": [clean(why) for why in found.missing]}
    instead = Found()
    for receiver in services.config.notify.fallback:
        instead |= await find(Receiver.parse(receiver), (), services.clock.now(), services)
    if not instead.ways:
        instead |= await _everywhere(services)
    _log.error("nobody to page as %s for incident %s", job.payload.get("receiver"), one.id)
    if not instead.ways:
        why = "nobody can be reached, and there is no target to tell instead"
        raise GiveUp(why, _told(job, EventType.NOBODY_PAGED, said | {"instead": []}, services))
    told = said | {"instead": [way.place for way in instead.ways]}
    nobody, paged = (
        _told(job, EventType.NOBODY_PAGED, told, services),
        _paged(job, one, instead, services),
    )

    def effects(connection: Connection) -> None:
        nobody(connection)
        paged(connection)

    return Done(effects, "nobody there: others are told")


async def _everywhere(services: Services) -> Found:
    found = Found()
    for name, _ in named_targets(services.config.notify.targets, services.registry.notifiers):
        found |= await find(Receiver(ReceiverKind.TARGET, name), (), services.clock.now(), services)
    return found


def _paged(job: Job, one: Incident, found: Found, services: Services) -> Effects:
    event, number = str(job.payload.get("event")), str(job.payload.get("number"))
    had = bool(one.acknowledged_by)
    jobs = [reach_job(one.id, event, number, way, one.severity.value, acknowledged=had) for way in found.ways]
    ways = [
        {"person": way.person, "channel": way.channel, "place": way.place, "why": clean(way.why)}
        for way in found.ways
    ]
    missing = [clean(why) for why in found.missing]
    told = _told(job, EventType.PAGED, {"ways": ways, "missing": missing}, services)

    def effects(connection: Connection) -> None:
        told(connection)
        enqueue_notifications(connection, jobs, services.clock.micros())

    return effects


def _told(job: Job, kind: EventType, said: Mapping[str, object], services: Services) -> Effects:
    asked = {name: job.payload.get(name) for name in ("event", "number", "receiver", "because")}
    data = {**asked, **said}

    def effects(connection: Connection) -> None:
        append_events(connection, [NewEvent(job.incident_id, kind, services.clock.micros(), ACTOR, data)])

    return effects
