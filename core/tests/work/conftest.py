"""A yard: one database, jobs in it, and workers that are stopped when the test ends."""
# ruff: noqa: ANN401 - rows and handlers are whatever a test makes them

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.domain.jobs import Job, NewJob
from incident_hub.storage.database import Database
from incident_hub.storage.tables import idempotency, job
from incident_hub.work.lease import claim, database_now
from incident_hub.work.queue import enqueue
from incident_hub.work.worker import Done, Worker
from sqlalchemy import Connection, select

MINUTE = 60_000_000


class Yard:
    """Jobs and workers of one test. A trace is a row that a job's effects leave."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, HubClock()
        self.workers: list[Worker] = []

    async def add(self, *jobs: NewJob) -> None:
        """Write intents."""
        await self.database.write(lambda c: enqueue(c, jobs, self.clock.micros()))

    async def claim(self, *kinds: str, limit: int = 100, lease: int = MINUTE) -> list[Job]:
        """Claim as somebody else would."""

        def take(c: Connection) -> list[Job]:
            now = database_now(c, self.clock.micros())
            return claim(c, owner="other", limit=limit, lease_micros=lease, kinds=kinds, now=now)

        return await self.database.write(take)

    async def rows(self, **where: Any) -> list[dict[str, Any]]:
        """The jobs with these values, by key."""
        query = select(job).filter_by(**where).order_by(job.c.key)
        return await self.database.read(lambda c: [dict(row) for row in c.execute(query).mappings()])

    async def states(self) -> dict[str, str]:
        """Each key's state."""
        return {row["key"]: row["state"] for row in await self.rows()}

    async def traces(self) -> list[str]:
        """The traces that were left."""
        query = select(idempotency.c.key).order_by(idempotency.c.key)
        return await self.database.read(lambda c: [row[0] for row in c.execute(query)])

    def trace(self, *keys: str) -> Callable[[Connection], None]:
        """Effects that leave these traces; the same one twice is refused by the database."""
        rows = [{"key": key, "request_hash": "", "answer": "", "at": 0} for key in keys]
        return lambda c: c.execute(idempotency.insert(), rows) and None

    def start(self, handlers: Any = None, *, batch: Any = None, lease: float = 60, **more: Any) -> Worker:
        """A worker that works."""
        given = {"concurrency": 8, "max_attempts": 3, "owner": f"w{len(self.workers)}"} | more
        worker = Worker(
            self.database, self.clock, handlers or {}, batch_handlers=batch, lease_seconds=lease,
            on_commit=lambda: None, **given,
        )  # fmt: skip
        worker.start()
        self.workers.append(worker)
        return worker

    async def all_are(self, *states: str) -> None:
        """Wait until every job is in one of these states."""
        while set((await self.states()).values()) - set(states):  # noqa: ASYNC110 - the truth is in the database
            await asyncio.sleep(0.01)


@pytest.fixture
async def yard(database: Database) -> AsyncIterator[Yard]:
    """An empty yard."""
    made = Yard(database)
    yield made
    for worker in made.workers:
        await worker.stop(0)


@pytest.fixture
def jobs() -> Callable[..., list[NewJob]]:
    """`count` intents of kind `a`, their keys numbered."""

    def make(count: int, **values: Any) -> list[NewJob]:
        return [NewJob(**({"kind": "a", "key": f"k{i:03}"} | values)) for i in range(count)]

    return make


@pytest.fixture
def well() -> Any:
    """A handler that does nothing, well."""

    async def handler(_: Any) -> Done:
        return Done()

    return handler
