"""The worker: claims intents, runs their handlers side by side, and ends many in one commit."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain

from incident_hub.domain.clock import HubClock
from incident_hub.domain.jobs import Job
from incident_hub.domain.times import SECOND
from incident_hub.storage.database import Database, DatabaseUnavailableError
from incident_hub.work.finish import Finisher
from incident_hub.work.lease import Wanted, claim_wanted, renew_until
from incident_hub.work.outcomes import BatchHandler, Done, GiveUp, Handler, Later, Retry
from incident_hub.work.run import Runner

__all__ = ["BatchHandler", "Done", "GiveUp", "Handler", "Later", "Retry", "Worker"]

_log = logging.getLogger("incident_hub.work")
_POLL_SECONDS = 0.25
_GATHER_SECONDS = 0.02  # a busy hub commits some hundred times a second: not each is worth a look
_AWAY_SECONDS = 1.0
TOGETHER = 64  # jobs of a batched kind that are claimed at once


class Worker:
    """One worker of one process. `on_commit` is called after what its jobs wrote is durable.

    Jobs of a kind in `handlers` run side by side, `concurrency` at a time. Those of a kind in
    `batch_handlers` are claimed many at a time, as many as `together` says for some kinds, and run in one call,
    one such call of a kind at a time.
    """

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
        batch_handlers: Mapping[str, BatchHandler] | None = None,
        together: Mapping[str, int] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._kinds = sorted(handlers)
        self._batched = sorted(batch_handlers or {})
        self._together = together or {}
        self._owner = owner
        self._concurrency = concurrency
        self._lease = int(lease_seconds * SECOND)
        self._finisher = Finisher(database, clock, max_attempts=max_attempts, on_commit=on_commit)
        self._runner = Runner(
            handlers, batch_handlers or {}, self._finisher, max_attempts=max_attempts, concurrency=concurrency
        )
        self._running: dict[asyncio.Task[None], Sequence[Job]] = {}
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
        await self._finisher.stop()

    async def _claims(self) -> None:
        while not self._stopping:
            wanted = self._wanted()
            self._wake.clear()
            try:
                claimed = await self._claim(wanted) if wanted else []
            except Exception as error:  # whatever it is, a worker does not end by it
                _log.warning("no jobs are claimed: %r", error)
                await asyncio.sleep(_AWAY_SECONDS)
                continue
            for (kinds, _), jobs in zip(wanted, claimed, strict=True):
                self._begin(kinds, jobs)
            full = any(len(jobs) == limit for (_, limit), jobs in zip(wanted, claimed, strict=True))
            if not full:
                await self._rest()

    def _wanted(self) -> list[Wanted]:
        """How many jobs of which kinds there is room for."""
        taken = [jobs[0].kind for jobs in self._running.values()]
        free = self._concurrency - sum(kind not in self._batched for kind in taken)
        alone = [(self._kinds, free)] if free > 0 and self._kinds else []
        return [
            *alone,
            *(([kind], self._together.get(kind, TOGETHER)) for kind in self._batched if kind not in taken),
        ]

    async def _claim(self, wanted: Sequence[Wanted]) -> list[list[Job]]:
        now, lease = self._clock.micros(), self._lease
        take = partial(claim_wanted, owner=self._owner, wanted=wanted, lease_micros=lease, hub_now=now)
        return await self._database.write_apart(take)

    def _begin(self, kinds: Sequence[str], jobs: Sequence[Job]) -> None:
        if jobs and kinds[0] in self._batched:
            self._spawn(self._runner.together(jobs), jobs)
        else:
            for job in jobs:
                self._spawn(self._runner.alone(job), [job])

    def _spawn(self, work: Coroutine[None, None, None], jobs: Sequence[Job]) -> None:
        task = asyncio.create_task(work)
        self._running[task] = jobs
        task.add_done_callback(self._ended)

    async def _rest(self) -> None:
        """Until there is news; what comes shortly after it is claimed along with it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), _POLL_SECONDS)
            if not self._stopping:
                await asyncio.sleep(_GATHER_SECONDS)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._wake.set()
        if not task.cancelled() and (error := task.exception()):
            _log.error("a job could not be ended and goes on when its lease is over: %s", error)

    async def _renewals(self) -> None:
        """Hold the leases of long jobs; a database that is away is tried again at the next turn."""
        while True:
            await asyncio.sleep(self._lease / SECOND / 3)
            jobs = list(chain.from_iterable(self._running.values()))
            if jobs:
                with suppress(DatabaseUnavailableError):
                    until = partial(
                        renew_until, jobs=jobs, hub_now=self._clock.micros(), lease_micros=self._lease
                    )
                    await self._database.write_apart(until)
