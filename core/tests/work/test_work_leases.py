"""Whoever holds the lease works: nobody else, nobody after it, and nobody forever."""
# ruff: noqa: ANN401 - fixtures of this folder

import asyncio
from typing import Any

from incident_hub.domain.clock import HubClock
from incident_hub.domain.jobs import Job
from incident_hub.work.ending import Ended
from incident_hub.work.finish import Finisher
from incident_hub.work.outcomes import Done


def finisher(yard: Any) -> Finisher:
    return Finisher(yard.database, HubClock(), max_attempts=3, on_commit=lambda: None)


async def test_two_workers_never_run_one_job_at_once(yard: Any, jobs: Any) -> None:
    running: set[str] = set()
    twice: list[str] = []

    async def handler(job: Job) -> Done:
        if job.id in running:
            twice.append(job.id)
        running.add(job.id)
        await asyncio.sleep(0.001)
        running.discard(job.id)
        return Done(yard.trace(str(job.key)))

    await yard.add(*jobs(200))
    for _ in range(3):
        yard.start({"a": handler})
    await yard.all_are("done")
    assert twice == []
    assert {row["attempts"] for row in await yard.rows()} == {1}
    assert len(await yard.traces()) == 200


async def test_the_lease_of_a_killed_owner_is_taken_over_when_it_ends(
    yard: Any, jobs: Any, well: Any
) -> None:
    await yard.add(*jobs(3))
    assert len(await yard.claim("a", limit=2, lease=100_000)) == 2
    assert len(await yard.claim("a", limit=3, lease=60_000_000)) == 1
    yard.start({"a": well})
    while len(await yard.rows(state="done")) < 2:  # noqa: ASYNC110 - the truth is in the database
        await asyncio.sleep(0.01)
    assert len(await yard.rows(state="leased", owner="other")) == 1


async def test_a_zombie_can_neither_end_nor_write(yard: Any, jobs: Any) -> None:
    await yard.add(*jobs(1))
    (old,) = await yard.claim("a", lease=-1)
    (new,) = await yard.claim("a")
    assert (old.id, old.attempts, new.attempts) == (new.id, 1, 2)
    await finisher(yard).finish(Ended((old,), done=Done(yard.trace("zombie"), "zombie")))
    assert await yard.states() == {"k000": "leased"}
    await finisher(yard).finish(Ended((old,), error=ValueError("zombie")))
    assert await yard.states() == {"k000": "leased"}
    await finisher(yard).finish(Ended((new,), done=Done(yard.trace("owner"), "owner")))
    assert await yard.traces() == ["owner"]
    assert [row["result"] for row in await yard.rows()] == ["owner"]


async def test_a_long_job_keeps_its_lease(yard: Any, jobs: Any) -> None:
    go = asyncio.Event()

    async def handler(_: Job) -> Done:
        await go.wait()
        return Done()

    await yard.add(*jobs(1))
    yard.start({"a": handler}, lease=0.9)
    seen: set[int] = set()
    while len(seen) < 3:
        await asyncio.sleep(0.01)
        seen |= {row["lease_until"] for row in await yard.rows(state="leased")}
    go.set()
    await yard.all_are("done")


async def test_what_cannot_end_in_time_is_left_to_its_lease(yard: Any, jobs: Any) -> None:
    entered = asyncio.Event()

    async def handler(_: Job) -> Done:
        entered.set()
        await asyncio.Event().wait()
        return Done()

    await yard.add(*jobs(1))
    worker = yard.start({"a": handler})
    await entered.wait()
    await worker.stop(0.05)
    assert await yard.states() == {"k000": "leased"}


async def test_a_stop_lets_what_runs_end_and_claims_nothing_more(yard: Any, jobs: Any) -> None:
    entered, go = asyncio.Event(), asyncio.Event()

    async def handler(job: Job) -> Done:
        entered.set()
        await go.wait()
        return Done(yard.trace(str(job.key)))

    await yard.add(*jobs(2))
    worker = yard.start({"a": handler}, concurrency=1)
    await entered.wait()
    stopping = asyncio.create_task(worker.stop(30))
    await asyncio.sleep(0)
    go.set()
    await stopping
    assert await yard.states() == {"k000": "done", "k001": "ready"}
    assert await yard.traces() == ["k000"]
