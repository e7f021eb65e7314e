"""The dead man's switch: a sign of life that leaves the hub on a schedule, through the workers themselves.

It is a job like any other: if jobs are not claimed, not run or not ended, nothing leaves. And it stays silent while
pages are late. Services that expect such a call raise the alarm when it does not come, as healthchecks.io does.
"""

import logging
from functools import partial

from incident_hub_hookspecs import DeliveryError
from sqlalchemy import Connection

from incident_hub.domain.jobs import Job, NewJob, Priority
from incident_hub.domain.times import SECOND
from incident_hub.response.auditing.jobs import late_jobs
from incident_hub.response.auditing.trouble import Terms
from incident_hub.triage.services import Services
from incident_hub.work.lease import database_now
from incident_hub.work.queue import enqueue
from incident_hub.work.worker import Done, Handler, Retry

__all__ = ["Pulse", "heartbeat_handler"]

_log = logging.getLogger("incident_hub.heartbeat")


class Pulse:
    """Writes one intent an interval; of several processes one does, for its key is the interval's number."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._last = -1

    async def beat(self) -> bool:
        """Call this often. True when an intent was due."""
        config, now = self._services.config.heartbeat, self._services.clock.micros()
        interval = int(config.interval_seconds * SECOND)
        if not config.url or now // interval == self._last:
            return False
        await self._services.database.write(partial(_ask, interval=interval, hub_now=now))
        self._last = now // interval
        return True


def _ask(connection: Connection, interval: int, hub_now: int) -> None:
    slot = database_now(connection, hub_now) // interval
    job = NewJob("heartbeat", {"slot": slot}, f"heartbeat:{interval}:{slot}", priority=Priority.PAGE)
    enqueue(connection, [job], hub_now)


def heartbeat_handler(services: Services) -> Handler:
    """The handler; a job's payload is `{"slot": number of the interval}`. One that comes late says nothing."""

    async def beat(job: Job) -> Done:
        config = services.config.heartbeat
        late = await services.database.read(partial(_silent, slot=job.payload.get("slot"), services=services))
        if not config.url or services.http is None or late:
            if late:
                _log.error("no sign of life is sent: %s", late)
            return Done(result=f"silent: {late or 'nobody wants it'}")
        try:
            answer = await services.http.request(
                "GET", config.url, timeout=config.deadline_seconds, allow_private=config.allow_private
            )
        except DeliveryError as error:
            _log.warning("the sign of life does not get out: %s", error)
            raise Retry(str(error), getattr(error, "retry_after", None)) from error
        if not 200 <= answer.status < 300:
            _log.warning("the sign of life is answered with %d", answer.status)
            raise Retry(f"the answer was {answer.status}")
        return Done(result="sent")

    return beat


def _silent(connection: Connection, slot: object, services: Services) -> str:
    """Why nothing shall leave; empty when the hub does its work."""
    now = services.clock.micros()
    clock = database_now(connection, now)
    interval = int(services.config.heartbeat.interval_seconds * SECOND)
    if not isinstance(slot, int) or slot < clock // interval - 1:
        return "its time is over"
    terms = Terms(now, clock, int(services.config.auditor.grace_seconds * SECOND), 0)
    found = late_jobs(connection, terms)
    return f"{found[0].count} jobs are late, as {found[0].example}" if found else ""
