"""Enrichment: asked together, waited for a little while; what is late is added when it arrives.

An enricher that is not done in time goes on, and an intent of its own, written with what triage found,
sees it to its end: in this process it takes over the running call, in another it asks anew.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from incident_hub_hookspecs import Enricher, Incident

from incident_hub.host.dispatch import GRACE_SECONDS, Outcome
from incident_hub.triage.batch import Batch
from incident_hub.triage.checks import enrichment
from incident_hub.triage.kept import KeptAnswers
from incident_hub.triage.services import Services
from incident_hub.triage.stage import Stage

__all__ = ["STAGE", "Enriching"]

STAGE = "enrich"
Running = asyncio.Task[Outcome[Any]]


class Enriching:
    """Asks the enrichers of one hub, those named in `triage.enrichment.first` first."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._settings = services.config.triage.enrichment
        self._room = asyncio.Semaphore(self._settings.max_concurrent)
        self._kept = KeptAnswers(self._settings.cache_seconds)
        self._inside: set[object] = set()
        self._late: dict[tuple[str, str], Running] = {}

    async def enrich(self, batch: Batch) -> None:
        """Keep what comes in time, and note in the batch who is late."""
        asked = {name: self._start(name, one, batch.incidents) for name, one in self._in_order()}
        if not asked:
            return
        await asyncio.wait(asked.values(), timeout=self._settings.wait_seconds)
        stage = Stage(STAGE, batch, self._services)
        for name, task in asked.items():
            if task.done():
                _keep(stage, task.result())
            else:
                self._make_room(task)
                self._late[name, batch.incidents[0].id] = task
                batch.late.append(name)

    async def finish(self, name: str, incidents: Sequence[Incident]) -> Batch:
        """What a late enricher says in the end, as the findings of a batch of its own."""
        batch = Batch(list(incidents), {})
        enricher = dict(self._services.registry.enrichers).get(name)
        task = self._late.pop((name, incidents[0].id), None)
        if task is None and enricher is None:
            return batch
        if task is None and enricher is not None:
            task = self._start(name, enricher, incidents)
        if task is not None:
            _keep(Stage(STAGE, batch, self._services), await self._end(name, task))
        return batch

    async def _end(self, name: str, task: Running) -> Outcome[Any]:
        """A plugin that goes on after its cancellation is left to itself."""
        patience = self._settings.late_seconds
        done, _ = await asyncio.wait({task}, timeout=patience + GRACE_SECONDS)
        if done:
            return task.result()
        task.cancel()
        return Outcome(name, None, TimeoutError(f"{name}: no answer within {patience:g} s"), patience)

    def _start(self, name: str, enricher: Enricher, incidents: Sequence[Incident]) -> Running:
        return asyncio.create_task(self._ask(name, enricher, tuple(incidents)), name=f"enrich:{name}")

    async def _ask(self, name: str, enricher: Enricher, incidents: tuple[Incident, ...]) -> Outcome[Any]:
        deadline = self._settings.late_seconds
        context = self._services.context(name, deadline)
        ask = self._kept.through(enricher)
        task = asyncio.current_task()
        await self._room.acquire()
        self._inside.add(task)
        try:
            return await self._services.dispatcher.call(name, ask, incidents, context, deadline=deadline)
        finally:
            self._make_room(task)

    def _make_room(self, task: object) -> None:
        """Who is late, or done, holds up nobody who waits for a place."""
        if task in self._inside:
            self._inside.remove(task)
            self._room.release()

    def _in_order(self) -> list[tuple[str, Enricher]]:
        first = {name: place for place, name in enumerate(self._settings.first)}
        return sorted(self._services.registry.enrichers, key=lambda pair: first.get(pair[0], len(first)))


def _keep(stage: Stage, outcome: Outcome[Any]) -> None:
    for one, _, value in stage.checked(outcome, lambda _, answer: enrichment(answer)):
        stage.note(outcome, one, value)
