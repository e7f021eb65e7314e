"""Ending jobs: what a job wrote and that it is over become durable in one transaction, shared with others."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial

from incident_hub.domain.clock import HubClock
from incident_hub.storage.database import Database, DatabaseUnavailableError
from incident_hub.work.ending import Ended, write_ends

__all__ = ["Ended", "Finisher"]

_log = logging.getLogger("incident_hub.work")
_AWAY_SECONDS = 0.5


class Finisher:
    """Collects ended jobs: what ends while a commit runs goes into the next one."""

    def __init__(
        self, database: Database, clock: HubClock, *, max_attempts: int, on_commit: Callable[[], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._max_attempts = max_attempts
        self._on_commit = on_commit
        self._waiting: list[tuple[Ended, asyncio.Future[None]]] = []
        self._runner: asyncio.Task[None] | None = None

    async def finish(self, ended: Ended) -> bool:
        """Wait until this end is durable, or a lease turned out to be lost.

        False: the effects of jobs that ran together cannot be written, and none of them has ended.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((ended, future))
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())
        await asyncio.shield(future)
        return ended.written

    async def stop(self) -> None:
        """End nothing more; whatever waits is left to its lease."""
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._settle([ended for ended, _ in batch])
                for _, future in batch:
                    if not future.done():
                        future.set_result(None)
        finally:
            self._runner = None

    async def _settle(self, batch: Sequence[Ended]) -> None:
        """Commit together; when that fails for a reason of one call, each alone, and the bad one fails."""
        try:
            await self._commit(batch)
        except (Exception, SystemExit) as error:  # some effects failed; whose shows when each goes alone
            if len(batch) > 1:
                for ended in batch:
                    await self._settle([ended])
            else:
                await self._refuse(batch[0], error)

    async def _refuse(self, ended: Ended, error: BaseException) -> None:
        _log.error("the effects of a %s job cannot be written", ended.jobs[0].kind, exc_info=error)
        if len(ended.jobs) == 1:
            await self._commit([Ended(ended.jobs, error=error)])

    async def _commit(self, batch: Sequence[Ended]) -> None:
        while True:
            try:
                await self._write(batch)
            except DatabaseUnavailableError:
                await asyncio.sleep(_AWAY_SECONDS)
            else:
                break
        for ended in batch:
            ended.written = True
        self._on_commit()

    async def _write(self, batch: Sequence[Ended]) -> None:
        now, most = self._clock.micros(), self._max_attempts
        work = partial(write_ends, batch=batch, hub_now=now, max_attempts=most)
        if all(ended.apart for ended in batch):
            await self._database.write_apart(work)
        else:
            await self._database.write(work)
