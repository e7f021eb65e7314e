"""The worker: claims intents, runs their handlers side by side, and ends many in one commit."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

from sqlalchemy import Connection

from incident_hub.domain.clock import HubClock
from incident_hub.domain.jobs import Job
from incident_hub.domain.times import SECOND
from incident_hub.storage.database import Database, DatabaseUnavailableError
from incident_hub.work.finish import Ended, Finisher
from incident_hub.work.lease import claim, database_now, renew
from incident_hub.work.outcomes import Done, GiveUp, Handler, Retry

__all__ = ["Done", "GiveUp", "Handler", "Retry", "Worker"]

_log = logging.getLogger("incident_hub.work")
_POLL_SECONDS = 0.25
_AWAY_SECONDS = 1.0


class Worker:
    """One worker of one process. `on_commit` is called after what its jobs wrote is durable."""

    def __init__(
        self,
        database: Database,
        clock: HubClock,
        handlers: Mapping[str, Handler],
        *,
        owner: str,
        concurrency: int,
        lease_seconds: float,
        max_attempts: int,
        on_commit: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._handlers = handlers
        self._owner = owner
        self._concurrency = concurrency
        self._max_attempts = max_attempts
        self._lease = int(lease_seconds * SECOND)
        self._finisher = Finisher(database, clock, max_attempts=max_attempts, on_commit=on_commit)
        self._running: dict[asyncio.Task[None], Job] = {}
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    def start(self) -> None:
        """Begin to work, on the running loop."""
        self._stopping = False
        self._tasks = [asyncio.create_task(self._claims()), asyncio.create_task(self._renewals())]

    def wake(self) -> None:
        """Look for work now: an intent was written."""
        self._wake.set()

    async def stop(self, drain_seconds: float = 5.0) -> None:
        """Claim nothing more, let what runs end within the time given, leave the rest to its lease."""
        self._stopping = True
        self._wake.set()
        if self._running:
            await asyncio.wait(self._running, timeout=drain_seconds)
        for task in (*self._running, *self._tasks):
            task.cancel()
        await asyncio.gather(*self._running, *self._tasks, return_exceptions=True)

    async def _claims(self) -> None:
        while not self._stopping:
            free = self._concurrency - len(self._running)
            self._wake.clear()
            try:
                jobs = await self._claim(free) if free else []
            except DatabaseUnavailableError as error:
                _log.warning("no jobs are claimed: %s", error)
                await asyncio.sleep(_AWAY_SECONDS)
                continue
            for job in jobs:
                task = asyncio.create_task(self._run(job))
                self._running[task] = job
                task.add_done_callback(self._ended)
            if len(jobs) < free or not free:
                await self._rest()

    async def _claim(self, limit: int) -> list[Job]:
        return await self._database.write(partial(self._claim_in, limit=limit))

    def _claim_in(self, connection: Connection, limit: int) -> list[Job]:
        now = database_now(connection, self._clock.micros())
        kinds = sorted(self._handlers)
        return claim(
            connection, owner=self._owner, limit=limit, lease_micros=self._lease, kinds=kinds, now=now
        )

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), _POLL_SECONDS)

    async def _run(self, job: Job) -> None:
        try:
            if job.attempts > self._max_attempts:
                raise GiveUp(f"its worker died with it, {job.attempts - 1} times")
            done = await self._handlers[job.kind](job)
            ended = Ended(job, done=done)
        except Exception as error:  # the boundary: a handler's failure ends in a retry or a dead letter
            ended = Ended(job, error=error)
        await self._finisher.finish(ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._wake.set()
        if not task.cancelled() and (error := task.exception()):
            _log.error("a job could not be ended and goes on when its lease is over: %s", error)

    async def _renewals(self) -> None:
        """Hold the leases of long jobs; a database that is away is tried again at the next turn."""
        while True:
            await asyncio.sleep(self._lease / SECOND / 3)
            jobs = list(self._running.values())
            if jobs:
                with suppress(DatabaseUnavailableError):
                    await self._database.write(partial(self._renew_in, jobs=jobs))

    def _renew_in(self, connection: Connection, jobs: list[Job]) -> None:
        renew(connection, jobs, database_now(connection, self._clock.micros()) + self._lease)
