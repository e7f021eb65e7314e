"""The handler of the job kind `notify`: one notification to one place, under one key however often."""

from functools import partial

from incident_hub_hookspecs import Incident, Notification, Receipt, Severity
from sqlalchemy import Connection

from incident_hub.domain.jobs import Job
from incident_hub.response.notify.ends import dead, failure, sent, spared
from incident_hub.response.notify.holding import held_back, hold
from incident_hub.response.notify.looking import Seen, look, made_up
from incident_hub.response.notify.pacing import wait_for_turn
from incident_hub.response.notify.way import NoWayError, Way, way_of
from incident_hub.response.notify.wording import notification_text
from incident_hub.storage.notifications import DeliveryState
from incident_hub.storage.reading.rows import DeliveryRow
from incident_hub.triage.services import Services
from incident_hub.work.worker import Done, Handler

__all__ = ["deliver", "notify_handler"]


def notify_handler(services: Services) -> Handler:
    """The handler; a job's payload is `{"event", "number", "target"}`, or what `reach_job` writes of a person."""

    async def notify(job: Job) -> Done:
        seen = await _looked(job, services)
        record = seen.record
        if record.state == DeliveryState.SENT:
            return Done(result="sent before")
        if seen.incident is None or seen.needless:
            return Done(spared(record, seen.needless, job.attempts, services), f"skipped: {seen.needless}")
        try:
            way = way_of(job, services)
        except NoWayError as error:
            raise dead([record], str(error), 0, services) from error
        if held_back(way, seen.incident, record, services):
            return Done(partial(_hold, seen=seen, way=way, job=job, services=services), "held for others")
        return await _send(job, seen.incident, record, way, services)

    return notify


async def deliver(
    notification: Notification, records: list[DeliveryRow], way: Way, tries: int, services: Services
) -> Done:
    """Hand it to the notifier; how that ends is written of all the records."""
    deadline = services.config.notify.deadline_seconds
    outcome = await services.dispatcher.call(
        way.channel,
        services.registry.notifiers[way.channel].send,
        notification,
        services.context(way.channel, deadline, notification.incident.id),
        deadline=deadline,
        circuit=way.place,
    )
    if outcome.error is not None:
        raise failure(records, way, outcome.error, tries, services)
    receipt = outcome.value if isinstance(outcome.value, Receipt) else Receipt()
    return Done(sent(records, receipt, tries, services), "sent")


async def _looked(job: Job, services: Services) -> Seen:
    seen = await services.database.read(partial(look, job=job))
    if seen is None:
        make = partial(made_up, job=job, now=services.clock.micros())
        seen = await services.database.write(make)
    if seen is None:
        raise RuntimeError("the record of a notification vanished while it was written")
    return seen


def _hold(connection: Connection, seen: Seen, way: Way, job: Job, services: Services) -> None:
    if seen.incident is not None:
        hold(connection, seen.record, seen.incident, way, job.payload, services.clock.micros())


async def _send(job: Job, one: Incident, record: DeliveryRow, way: Way, services: Services) -> Done:
    urgent = one.severity in (Severity.P0, Severity.P1)
    await wait_for_turn([record], way, services, urgent=urgent)
    notification = Notification(
        job.key or job.id, record.event, one, way.options, notification_text(one, record.event)
    )
    return await deliver(notification, [record], way, job.attempts, services)
