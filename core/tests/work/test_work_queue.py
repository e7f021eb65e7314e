"""Intents: written once, taken back, claimed in lanes, given another life."""
# ruff: noqa: ANN401 - fixtures of this folder

import asyncio
from typing import Any

from incident_hub.domain.jobs import Job, NewJob, Priority
from incident_hub.domain.times import SECOND
from incident_hub.work.outcomes import Done, GiveUp, backoff_micros
from incident_hub.work.queue import cancel, replay


async def test_a_key_is_written_once(yard: Any, jobs: Any) -> None:
    await yard.add(*jobs(3), *jobs(3))
    await yard.add(*jobs(5))
    await yard.add(NewJob("a"), NewJob("a"))
    assert len(await yard.rows()) == 7


async def test_a_key_that_was_done_is_not_done_again(yard: Any, jobs: Any, well: Any) -> None:
    await yard.add(*jobs(1))
    yard.start({"a": well})
    await yard.all_are("done")
    await yard.add(*jobs(1))
    assert await yard.states() == {"k000": "done"}


async def test_urgent_lanes_go_first_and_old_ones_within_a_lane(yard: Any) -> None:
    lanes = (Priority.BULK, Priority.PAGE, Priority.TRIAGE, Priority.NORMAL)
    now = yard.clock.micros()
    for age in (1, 3, 2):
        made = [NewJob("a", key=f"{lane}-{age}", priority=lane, run_at=now - age * SECOND) for lane in lanes]
        await yard.add(*made)
    claimed = [job.key for _ in range(12) for job in await yard.claim("a", limit=1)]
    assert claimed == [f"{lane}-{age}" for lane in sorted(lanes) for age in (3, 2, 1)]


async def test_cancelled_intents_never_run(yard: Any, jobs: Any) -> None:
    ran: list[str | None] = []

    async def handler(job: Job) -> Done:
        ran.append(job.key)
        return Done()

    await yard.add(*jobs(4), NewJob("a", key="other"))
    assert await yard.database.write(lambda c: cancel(c, "k00", 1)) == 4
    yard.start({"a": handler})
    await yard.all_are("done")
    assert ran == ["other"]
    assert {row["result"] for row in await yard.rows()} == {"cancelled", None}


async def test_five_hundred_timers_and_none_is_early(yard: Any) -> None:
    begun = yard.clock.micros()
    due = {f"t{i:03}": begun + i * 2000 for i in range(500)}
    early: list[str] = []

    async def handler(job: Job) -> Done:
        if yard.clock.micros() < due[str(job.key)] - 1000:  # the clocks of hub and database, read apart
            early.append(str(job.key))
        return Done(yard.trace(str(job.key)))

    await yard.add(*(NewJob("a", key=key, run_at=at) for key, at in due.items()))
    yard.start({"a": handler}, concurrency=50)
    await yard.all_are("done")
    assert early == []
    assert await yard.traces() == sorted(due)


async def test_the_dead_run_again_with_all_their_attempts(yard: Any, jobs: Any) -> None:
    broken = asyncio.Event()

    async def handler(job: Job) -> Done:
        if not broken.is_set():
            raise GiveUp("broken")
        return Done(result=str(job.attempts))

    await yard.add(*jobs(2))
    yard.start({"a": handler})
    await yard.all_are("dead")
    broken.set()
    ids = [row["id"] for row in await yard.rows()]
    assert await yard.database.write(lambda c: replay(c, ids, yard.clock.micros())) == 2
    await yard.all_are("done")
    assert {(row["result"], row["error"]) for row in await yard.rows()} == {("1", None)}


def test_backoff_grows_to_a_limit_and_never_undercuts_what_was_asked() -> None:
    for attempt in range(1, 40):
        ceiling = min(300, 0.5 * 2**attempt) * SECOND
        assert all(0 <= backoff_micros(attempt, None) <= ceiling for _ in range(20))
        assert backoff_micros(attempt, 400.0) == 400 * SECOND
