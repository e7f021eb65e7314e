"""Ending jobs: what a job wrote and that it is over become durable in one transaction, shared with others."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from incident_hub.domain.clock import HubClock
from incident_hub.domain.jobs import Job
from incident_hub.storage.database import Database, DatabaseUnavailableError
from incident_hub.work.lease import complete, database_now, held, postpone, release
from incident_hub.work.outcomes import Done, GiveUp, Retry, backoff_micros

__all__ = ["Ended", "Finisher"]

_log = logging.getLogger("incident_hub.work")
_AWAY_SECONDS = 0.5
_ERROR_LENGTH = 2000


@dataclass(slots=True)
class Ended:
    """One call and how it ended. `jobs` are several when they ran together; only then all must be held."""

    jobs: tuple[Job, ...]
    done: Done | None = None
    error: BaseException | None = None
    written: bool = False


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
                await self._database.write(partial(self._write, batch=batch))
            except DatabaseUnavailableError:
                await asyncio.sleep(_AWAY_SECONDS)
            else:
                break
        for ended in batch:
            ended.written = True
        self._on_commit()

    def _write(self, connection: Connection, batch: Sequence[Ended]) -> None:
        now = database_now(connection, self._clock.micros())
        ours = held(connection, [job for ended in batch for job in ended.jobs])
        over: list[tuple[Job, str, str | None, str | None]] = []
        for ended in batch:
            mine = [job for job in ended.jobs if job.id in ours]
            if len(mine) < len(ended.jobs):
                release(connection, mine, now)
            elif ended.done is not None:
                _apply(connection, ended.done.effects)
                over.extend((job, "done", ended.done.result, None) for job in mine)
            else:
                over.extend(self._failed(connection, ended, now))
        complete(connection, over, now)

    def _failed(
        self, connection: Connection, ended: Ended, now: int
    ) -> list[tuple[Job, str, str | None, str | None]]:
        """Put a failed job back, or say that it is dead."""
        (job,), error = ended.jobs, ended.error
        if isinstance(error, GiveUp) or job.attempts >= self._max_attempts:
            _apply(connection, getattr(error, "effects", None))
            return [(job, "dead", None, _text(error))]
        after = error.after if isinstance(error, Retry) else None
        postpone(connection, [(job, now + backoff_micros(job.attempts, after), _text(error))])
        return []


def _apply(connection: Connection, effects: Callable[[Connection], None] | None) -> None:
    if effects is not None:
        effects(connection)


def _text(error: BaseException | None) -> str:
    name = "" if isinstance(error, (Retry, GiveUp)) else f"{type(error).__name__}: "
    return f"{name}{error}"[:_ERROR_LENGTH]
