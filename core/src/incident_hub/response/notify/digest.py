"""The handler of the job kind `digest`: what was held for one place goes out as one message."""

from collections.abc import Sequence
from functools import partial

from incident_hub_hookspecs import Incident, Notification, Severity
from sqlalchemy import Connection

from incident_hub.domain.jobs import Job
from incident_hub.response.notify.ends import dead, spared
from incident_hub.response.notify.handler import deliver
from incident_hub.response.notify.holding import take_held
from incident_hub.response.notify.looking import Seen, look_at_digest
from incident_hub.response.notify.pacing import wait_for_turn
from incident_hub.response.notify.way import NoWayError, Way, way_to
from incident_hub.response.notify.wording import digest_text, notification_text
from incident_hub.storage.notifications import DeliveryState
from incident_hub.triage.services import Services
from incident_hub.work.worker import Done, Handler

__all__ = ["digest_handler"]

_ENDED = (DeliveryState.SENT, DeliveryState.SUPPRESSED)
_URGENT = (Severity.P0, Severity.P1)


def digest_handler(services: Services) -> Handler:
    """The handler; a job's payload is that of a `notify` job without its event, and the `bucket`."""

    async def digest(job: Job) -> Done:
        try:
            way = way_to(job.payload, services)
        except NoWayError as error:
            records = [one.record for one in await _taken(job, None, services)]
            raise dead(records, str(error), 0, services) from error
        seen = await _taken(job, way, services)
        needed = [one for one in seen if one.incident is not None and not one.needless]
        needless = [one for one in seen if one not in needed]
        if not needed:
            return Done(partial(_spare, seen=needless, services=services), "nothing left to tell")
        return await _send(job, needed, needless, way, services)

    return digest


async def _taken(job: Job, way: Way | None, services: Services) -> list[Seen]:
    """What goes out in this message and has not gone yet."""
    key, bucket = job.key or job.id, str(job.payload.get("bucket"))
    policy = way.policy if way else None

    def take(connection: Connection) -> Sequence[Seen]:
        take_held(connection, bucket, key, policy, job.payload, services.clock.micros())
        return look_at_digest(connection, key)

    return [one for one in await services.database.write(take) if one.record.state not in _ENDED]


async def _send(
    job: Job, needed: Sequence[Seen], needless: Sequence[Seen], way: Way, services: Services
) -> Done:
    records = [one.record for one in needed]
    incidents = _worst_first([one.incident for one in needed if one.incident is not None])
    urgent = incidents[0].severity in _URGENT
    await wait_for_turn(records, way, services, urgent=urgent)
    done = await deliver(
        _notification(job, records[-1].event, incidents, way), records, way, job.attempts, services
    )
    effects = done.effects

    def both(connection: Connection) -> None:
        _spare(connection, needless, services)
        if effects is not None:
            effects(connection)

    return Done(both, f"sent {len(records)} together")


def _notification(job: Job, event: str, incidents: Sequence[Incident], way: Way) -> Notification:
    first, *others = incidents
    text = digest_text(incidents, event) if others else notification_text(first, event)
    return Notification(job.key or job.id, event, first, way.options, text, tuple(others))


def _worst_first(incidents: Sequence[Incident]) -> list[Incident]:
    """Each incident once, the worst first, then the oldest."""
    known = {one.id: one for one in incidents}
    return sorted(known.values(), key=lambda one: (one.severity.value, one.first_seen, one.id))


def _spare(connection: Connection, seen: Sequence[Seen], services: Services) -> None:
    for one in seen:
        spared(one.record, one.needless, 0, services)(connection)
