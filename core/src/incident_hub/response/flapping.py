"""The handler of the job kind `flapping`: whether an incident has stayed as it is for long enough."""

from sqlalchemy import Connection

from incident_hub.domain.jobs import Job
from incident_hub.intake.damping import Damping
from incident_hub.intake.flapping import settle_flapping
from incident_hub.triage.services import Services
from incident_hub.work.worker import Done, Handler

__all__ = ["flapping_handler"]


def flapping_handler(services: Services) -> Handler:
    """The handler; the job is a timer and names its incident."""

    async def look(job: Job) -> Done:
        damping = Damping.of(services.config.routing.flapping)

        def effects(connection: Connection) -> None:
            settle_flapping(connection, job.incident_id or "", damping, services.clock.micros())

        return Done(effects)

    return look
