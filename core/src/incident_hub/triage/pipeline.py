"""Triage from end to end: the handler of the job kind `triage`.

Plugins are asked outside any transaction; what they said is written in the one that ends the job.
"""

from functools import partial

from sqlalchemy import Connection

from incident_hub.domain.jobs import Job
from incident_hub.domain.times import SECOND
from incident_hub.triage.batch import Batch, chunks, load_batch
from incident_hub.triage.candidates import candidates_of
from incident_hub.triage.route import named_targets
from incident_hub.triage.services import Services
from incident_hub.triage.settle import Settler
from incident_hub.triage.stages import classify, correlate, enrich
from incident_hub.work.worker import Done, Handler

__all__ = ["triage_handler"]


def triage_handler(services: Services) -> Handler:
    """The handler; a job's payload is `{"incidents": [ids]}`."""
    targets = named_targets(services.config.notify.targets, services.registry.notifiers)
    settler = Settler(services.config, targets)

    async def triage(job: Job) -> Done:
        batches = await _examine(_ids(job), services)

        def effects(connection: Connection) -> None:
            for batch in batches:
                settler.settle(connection, batch, services.clock.micros())

        return Done(effects, f"{sum(len(batch.incidents) for batch in batches)} incidents")

    return triage


async def _examine(ids: list[str], services: Services) -> list[Batch]:
    batches: list[Batch] = []
    for part in chunks(ids, services.config.triage.batch_size):
        batch = await services.database.read(partial(load_batch, ids=part))
        if batch.incidents:
            if services.config.triage.enabled:
                await _ask_plugins(batch, services)
            batches.append(batch)
    return batches


async def _ask_plugins(batch: Batch, services: Services) -> None:
    registry = services.registry
    if registry.classifiers:
        await classify(batch, services)
    if registry.enrichers:
        await enrich(batch, services)
    if registry.correlators:
        window = int(services.config.triage.correlation.window_seconds * SECOND)
        incidents = batch.incidents
        candidates = await services.database.read(
            lambda connection: candidates_of(connection, batch, incidents, window)
        )
        await correlate(batch, candidates, services)


def _ids(job: Job) -> list[str]:
    given = job.payload.get("incidents")
    return sorted({str(key) for key in given}) if isinstance(given, list) else []
