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
from incident_hub.work.lease import complete, database_now, held, postpone
from incident_hub.work.outcomes import Done, GiveUp, Retry, backoff_micros

__all__ = ["Ended", "Finisher"]

_log = logging.getLogger("incident_hub.work")
_AWAY_SECONDS = 0.5
_ERROR_LENGTH = 2000


@dataclass(slots=True)
class Ended:
    """A job and how its handler ended."""

    job: Job
    done: Done | None = None
    error: Exception | None = None


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

    async def finish(self, ended: Ended) -> None:
        """Wait until the end of this job is durable, or its lease turned out to be lost."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((ended, future))
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())
        await asyncio.shield(future)

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
        """Commit together; when that fails for a reason of one job, each alone, and the bad one fails."""
        try:
            await self._commit(batch)
        except Exception as error:  # an effect of one job failed; which one shows when each goes alone
            if len(batch) > 1:
                for ended in batch:
                    await self._settle([ended])
            else:
                _log.exception("the effects of a %s job cannot be written", batch[0].job.kind)
                await self._commit([Ended(batch[0].job, error=error)])

    async def _commit(self, batch: Sequence[Ended]) -> None:
        while True:
            try:
                await self._database.write(partial(self._write, batch=batch))
            except DatabaseUnavailableError:
                await asyncio.sleep(_AWAY_SECONDS)
            else:
                self._on_commit()
                return

    def _write(self, connection: Connection, batch: Sequence[Ended]) -> None:
        now = database_now(connection, self._clock.micros())
        ours = held(connection, [ended.job for ended in batch])
        over: list[tuple[Job, str, str | None, str | None]] = []
        later: list[tuple[Job, int, str]] = []
        for ended in batch:
            if ended.job.id not in ours:
                continue
            if ended.done is not None:
                _apply(connection, ended.done.effects)
                over.append((ended.job, "done", ended.done.result, None))
            elif isinstance(ended.error, GiveUp) or ended.job.attempts >= self._max_attempts:
                _apply(connection, getattr(ended.error, "effects", None))
                over.append((ended.job, "dead", None, _text(ended.error)))
            else:
                after = ended.error.after if isinstance(ended.error, Retry) else None
                run_at = now + backoff_micros(ended.job.attempts, after)
                later.append((ended.job, run_at, _text(ended.error)))
        complete(connection, over, now)
        postpone(connection, later)


def _apply(connection: Connection, effects: Callable[[Connection], None] | None) -> None:
    if effects is not None:
        effects(connection)


def _text(error: Exception | None) -> str:
    name = "" if isinstance(error, (Retry, GiveUp)) else f"{type(error).__name__}: "
    return f"{name}{error}"[:_ERROR_LENGTH]
