"""Running claimed jobs: each alone, or those of a batched kind together, in one call and one commit."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from incident_hub.domain.jobs import Job
from incident_hub.work.ending import Ended
from incident_hub.work.finish import Finisher
from incident_hub.work.outcomes import BatchHandler, Done, GiveUp, Handler

__all__ = ["ITEMS_TOGETHER", "Runner", "portions"]

_log = logging.getLogger("incident_hub.work")
ITEMS_TOGETHER = 1000  # what the jobs of one call carry at most, so that its transaction stays short


class Runner:
    """Calls the handlers. A handler's failure ends its job, and nobody else's."""

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        batch_handlers: Mapping[str, BatchHandler],
        finisher: Finisher,
        *,
        max_attempts: int,
        concurrency: int,
    ) -> None:
        self._handlers = handlers
        self._batch_handlers = batch_handlers
        self._finisher = finisher
        self._max_attempts = max_attempts
        self._alone = asyncio.Semaphore(concurrency)

    async def alone(self, job: Job) -> None:
        """Run one job to its durable end."""
        try:
            if job.attempts > self._max_attempts:
                raise GiveUp(f"its worker died with it, {job.attempts - 1} times")
            ended = Ended((job,), done=await self._call(job))
        except (Exception, SystemExit) as error:  # the boundary: it ends in a retry or a dead letter
            ended = Ended((job,), error=error)
        await self._finisher.finish(ended)

    async def together(self, jobs: Sequence[Job]) -> None:
        """Run jobs of one kind in as few calls as their size allows; when a call fails, each of it alone.

        While the end of one call is written, the next one runs.
        """
        sound = [job for job in jobs if job.attempts <= self._max_attempts]
        await self._each([job for job in jobs if job.attempts > self._max_attempts])
        async with asyncio.TaskGroup() as writing:
            before: asyncio.Task[None] | None = None
            for part in portions(sound):
                done = await self._asked(part)
                if before is not None:
                    await before
                before = writing.create_task(self._written(part, done))

    async def _asked(self, jobs: Sequence[Job]) -> Done | None:
        """What one call for all of them says; None when it must not be one."""
        if len(jobs) == 1:
            return None
        try:
            return await self._batch_handlers[jobs[0].kind](jobs)
        except (Exception, SystemExit) as error:  # the same boundary
            _log.warning("%d %s jobs failed together, each goes alone: %r", len(jobs), jobs[0].kind, error)
            return None

    async def _written(self, jobs: Sequence[Job], done: Done | None) -> None:
        if done is None or not await self._finisher.finish(Ended(tuple(jobs), done=done)):
            await self._each(jobs)

    async def _each(self, jobs: Sequence[Job]) -> None:
        async def one(job: Job) -> None:
            async with self._alone:
                await self.alone(job)

        await asyncio.gather(*map(one, jobs))

    async def _call(self, job: Job) -> Done:
        together = self._batch_handlers.get(job.kind)
        return await (together([job]) if together is not None else self._handlers[job.kind](job))


def portions(jobs: Sequence[Job], limit: int = ITEMS_TOGETHER) -> list[list[Job]]:
    """The jobs in their order, cut so that the lists in their payloads hold `limit` items at most."""
    parts: list[list[Job]] = []
    room = 0
    for job in jobs:
        items = max(1, sum(len(value) for value in job.payload.values() if isinstance(value, list)))
        if items > room:
            parts.append([])
            room = limit
        parts[-1].append(job)
        room -= items
    return parts
