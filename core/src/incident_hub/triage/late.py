"""The handler of the job kind `enrich`: what comes too late for triage is added when it is there."""

import asyncio
from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.jobs import Job
from incident_hub.events.append import append_events
from incident_hub.triage.batch import ACTOR, load_views
from incident_hub.triage.enriching import STAGE, Enriching
from incident_hub.triage.findings import Finding, write_findings
from incident_hub.triage.services import Services
from incident_hub.work.worker import BatchHandler, Done

__all__ = ["late_handler"]


def late_handler(services: Services, enriching: Enriching) -> BatchHandler:
    """The handler; a job's payload is `{"plugin": name, "incidents": [ids]}`."""

    async def add(jobs: Sequence[Job]) -> Done:
        found = await asyncio.gather(*(_late(job, services, enriching) for job in jobs))
        said = [one for findings in found for one in findings]
        effects = partial(_write, found=said, now=services.clock.micros())
        return Done(effects, f"{len(said)} findings")

    return add


async def _late(job: Job, services: Services, enriching: Enriching) -> list[Finding]:
    ids = [str(key) for key in job.payload.get("incidents") or ()]  # type: ignore[attr-defined]
    views = await services.database.read(partial(load_views, ids=ids))
    incidents = [views[key] for key in ids if key in views]
    if not incidents:
        return []
    return (await enriching.finish(str(job.payload.get("plugin")), incidents)).findings


def _write(connection: Connection, found: Sequence[Finding], now: int) -> None:
    write_findings(connection, found, now)
    append_events(connection, [_event(one, now) for one in found])


def _event(one: Finding, now: int) -> NewEvent:
    data = {"plugins" if one.error is None else "failed": [f"{STAGE}:{one.plugin}"], "late": True}
    return NewEvent(one.incident_id, EventType.FINDING_ADDED, now, ACTOR, data)
