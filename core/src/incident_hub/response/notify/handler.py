"""The handler of the job kind `notify`: one notification to one place, under one key however often."""

from collections.abc import Callable, Mapping

from incident_hub_hookspecs import DeliveryError, Incident, Notification, Receipt
from sqlalchemy import Connection

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.jobs import Job
from incident_hub.events.append import append_events
from incident_hub.response.deliveries import heard
from incident_hub.response.notify.needless import incident_now, needless, overtaken
from incident_hub.response.notify.way import NoWayError, Way, place_of, way_of
from incident_hub.triage.checks import clean
from incident_hub.triage.findings import error_text
from incident_hub.triage.services import Services
from incident_hub.work.worker import Done, GiveUp, Handler, Retry

__all__ = ["ACTOR", "notification_text", "notify_handler"]

ACTOR = "hub:notify"
Effects = Callable[[Connection], None]


def notify_handler(services: Services) -> Handler:
    """The handler; a job's payload is `{"event", "target"}`, or what `reach_job` writes of a person."""

    async def notify(job: Job) -> Done:
        event, place = str(job.payload.get("event")), place_of(job)
        one, told = await services.database.read(lambda connection: _read(connection, job))
        if one is None:
            return Done(result="skipped: the incident is gone")
        if why := needless(event, one, told.get(place)) or overtaken(job.payload, one):
            return Done(
                _effects(job, EventType.NOTIFICATION_SENT, {"skipped": why}, services), f"skipped: {why}"
            )
        try:
            way = way_of(job, services)
        except NoWayError as error:
            raise _given_up(job, str(error), services) from error
        return await _send(job, one, way, services)

    return notify


def notification_text(one: Incident, event: str) -> str:
    """One line for people: `[P1] title (source)`, with what happened unless it is new."""
    happened = "" if event == "created" else f"{event}: "
    return clean(f"[{one.severity.value}] {happened}{one.title} ({one.source})")


def _read(connection: Connection, job: Job) -> tuple[Incident | None, Mapping[str, bool]]:
    one = incident_now(connection, job.incident_id or "")
    return one, heard(connection, one.id) if one else {}


async def _send(job: Job, one: Incident, way: Way, services: Services) -> Done:
    event, deadline = str(job.payload["event"]), services.config.notify.deadline_seconds
    notification = Notification(job.key or job.id, event, one, way.options, notification_text(one, event))
    outcome = await services.dispatcher.call(
        way.channel,
        services.registry.notifiers[way.channel].send,
        notification,
        services.context(way.channel, deadline, one.id),
        deadline=deadline,
        circuit=way.place,
    )
    if outcome.error is not None:
        raise _failed(job, outcome.error, services)
    receipt = outcome.value if isinstance(outcome.value, Receipt) else Receipt()
    said = {"receipt": clean(str(receipt.provider_id)), "detail": clean(str(receipt.detail))}
    return Done(_effects(job, EventType.NOTIFICATION_SENT, said, services), "sent")


def _failed(job: Job, error: BaseException, services: Services) -> Exception:
    """Another try, unless the target says that none can help or this was the last one."""
    refused = isinstance(error, DeliveryError) and not error.retry
    if refused or job.attempts >= services.config.work.max_attempts:
        return _given_up(job, error_text(error), services)
    after = error.retry_after if isinstance(error, DeliveryError) else getattr(error, "retry_after", None)
    return Retry(error_text(error), after)


def _given_up(job: Job, why: str, services: Services) -> GiveUp:
    return GiveUp(why, _effects(job, EventType.NOTIFICATION_FAILED, {"error": why}, services))


def _effects(job: Job, kind: EventType, said: Mapping[str, object], services: Services) -> Effects:
    """What the timeline says. A person's address stays out of it: the place is told apart without."""
    about = {"event": job.payload.get("event"), "target": place_of(job)}
    people = {name: job.payload[name] for name in ("receiver", "person", "channel") if job.payload.get(name)}
    data = {**about, **people, **said, "attempts": job.attempts}

    def effects(connection: Connection) -> None:
        append_events(connection, [NewEvent(job.incident_id, kind, services.clock.micros(), ACTOR, data)])

    return effects
