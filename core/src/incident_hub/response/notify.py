"""The handler of the job kind `notify`: one notification to one target, under one key however often."""

from collections.abc import Callable, Mapping

from incident_hub_hookspecs import DeliveryError, Incident, IncidentState, Notification, Receipt
from sqlalchemy import Connection

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.jobs import Job
from incident_hub.events.append import append_events
from incident_hub.host.config import NotifyTarget
from incident_hub.response.deliveries import heard
from incident_hub.storage.incidents import find_incident, incident_view
from incident_hub.triage.checks import clean
from incident_hub.triage.findings import error_text
from incident_hub.triage.route import named_targets
from incident_hub.triage.services import Services
from incident_hub.work.worker import Done, GiveUp, Handler, Retry

__all__ = ["ACTOR", "notification_text", "notify_handler"]

ACTOR = "hub:notify"
Effects = Callable[[Connection], None]


def notify_handler(services: Services) -> Handler:
    """The handler; a job's payload is `{"event": name, "target": name}`."""

    async def notify(job: Job) -> Done:
        event, name = str(job.payload.get("event")), str(job.payload.get("target"))
        one, told = await services.database.read(lambda connection: _read(connection, job))
        if one is None:
            return Done(result="skipped: the incident is gone")
        if why := _needless(event, one, told.get(name)):
            said = {"event": event, "target": name, "skipped": why}
            return Done(_effects(job, EventType.NOTIFICATION_SENT, said, services), f"skipped: {why}")
        targets = dict(named_targets(services.config.notify.targets, services.registry.notifiers))
        if name not in targets:
            raise _given_up(job, "no such target is configured any more", services)
        return await _send(job, one, targets[name], services)

    return notify


def notification_text(one: Incident, event: str) -> str:
    """One line for people: `[P1] title (source)`, with what happened unless it is new."""
    happened = "" if event == "created" else f"{event}: "
    return clean(f"[{one.severity.value}] {happened}{one.title} ({one.source})")


def _read(connection: Connection, job: Job) -> tuple[Incident | None, Mapping[str, bool]]:
    row = find_incident(connection, job.incident_id or "")
    if row is None or row["merged_into"]:
        return None, {}
    return incident_view(row), heard(connection, row["id"])


def _needless(event: str, one: Incident, sent: bool | None) -> str:
    """Why nobody need hear of it any more; empty when somebody has to. `sent` None: nothing was, so far."""
    if event in ("created", "reopened"):
        if not one.state.active:
            return "the incident has ended"
        return "somebody has acknowledged it" if one.acknowledged_by else ""
    if event == "resolved" and one.state not in (IncidentState.RESOLVED, IncidentState.CLOSED):
        return "the incident has come back"
    return "its beginning was not sent either" if event == "resolved" and sent is False else ""


async def _send(job: Job, one: Incident, target: NotifyTarget, services: Services) -> Done:
    event, deadline = str(job.payload["event"]), services.config.notify.deadline_seconds
    notification = Notification(job.key or job.id, event, one, target.options, notification_text(one, event))
    outcome = await services.dispatcher.call(
        target.channel,
        services.registry.notifiers[target.channel].send,
        notification,
        services.context(target.channel, deadline, one.id),
        deadline=deadline,
        circuit=str(job.payload["target"]),
    )
    if outcome.error is not None:
        raise _failed(job, outcome.error, services)
    receipt = outcome.value if isinstance(outcome.value, Receipt) else Receipt()
    said = {
        "event": event,
        "target": job.payload["target"],
        "receipt": clean(str(receipt.provider_id)),
        "detail": clean(str(receipt.detail)),
    }
    return Done(_effects(job, EventType.NOTIFICATION_SENT, said, services), "sent")


def _failed(job: Job, error: BaseException, services: Services) -> Exception:
    """Another try, unless the target says that none can help or this was the last one."""
    refused = isinstance(error, DeliveryError) and not error.retry
    if refused or job.attempts >= services.config.work.max_attempts:
        return _given_up(job, error_text(error), services)
    after = error.retry_after if isinstance(error, DeliveryError) else getattr(error, "retry_after", None)
    return Retry(error_text(error), after)


def _given_up(job: Job, why: str, services: Services) -> GiveUp:
    said = {"event": job.payload.get("event"), "target": job.payload.get("target"), "error": why}
    return GiveUp(why, _effects(job, EventType.NOTIFICATION_FAILED, said, services))


def _effects(job: Job, kind: EventType, said: Mapping[str, object], services: Services) -> Effects:
    data = {**said, "attempts": job.attempts}

    def effects(connection: Connection) -> None:
        append_events(connection, [NewEvent(job.incident_id, kind, services.clock.micros(), ACTOR, data)])

    return effects
