"""Triage from end to end: the handler of the job kind `triage`.

Jobs that wait are done together: their incidents are one set, cut to the configured batch size.
Plugins are asked outside any transaction; what they said is written in the one that ends the jobs.
"""

from collections.abc import Sequence
from functools import partial

from incident_hub.domain.jobs import Job
from incident_hub.domain.times import SECOND
from incident_hub.triage.batch import Batch, chunks, load_batch
from incident_hub.triage.candidates import candidates_of
from incident_hub.triage.enriching import Enriching
from incident_hub.triage.route import named_targets
from incident_hub.triage.services import Services
from incident_hub.triage.settle import Settler
from incident_hub.triage.stages import classify, correlate
from incident_hub.work.worker import BatchHandler, Done

__all__ = ["triage_handler"]


def triage_handler(services: Services, enriching: Enriching) -> BatchHandler:
    """The handler; each job's payload is `{"incidents": [ids]}`."""
    targets = named_targets(services.config.notify.targets, services.registry.notifiers)
    settler = Settler.of(services.config, targets)

    async def triage(jobs: Sequence[Job]) -> Done:
        batches = await _examine(_ids(jobs), services, enriching)
        found = [batch.verdicts() for batch in batches]
        effects = partial(settler.settle_all, found=found, now=services.clock.micros())
        return Done(effects, f"{sum(len(batch.incidents) for batch in batches)} incidents", apart=True)

    return triage


async def _examine(ids: list[str], services: Services, enriching: Enriching) -> list[Batch]:
    batches: list[Batch] = []
    for part in chunks(ids, services.config.triage.batch_size):
        batch = await services.database.read(partial(load_batch, ids=part))
        if batch.incidents:
            if services.config.triage.enabled:
                await _ask_plugins(batch, services, enriching)
            batches.append(batch)
    return batches


async def _ask_plugins(batch: Batch, services: Services, enriching: Enriching) -> None:
    registry = services.registry
    if registry.classifiers:
        await classify(batch, services)
    await enriching.enrich(batch)
    if registry.correlators:
        window = int(services.config.triage.correlation.window_seconds * SECOND)
        incidents = batch.incidents
        candidates = await services.database.read(
            lambda connection: candidates_of(connection, batch, incidents, window)
        )
        await correlate(batch, candidates, services)


def _ids(jobs: Sequence[Job]) -> list[str]:
    lists = [given for job in jobs if isinstance(given := job.payload.get("incidents"), list)]
    return sorted({str(key) for given in lists for key in given})
