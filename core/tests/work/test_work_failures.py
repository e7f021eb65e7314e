"""A job that fails fails alone: retried, given up, or stopped as poison; a database that is away is waited for."""
# ruff: noqa: ANN401 - fixtures of this folder

import asyncio
from typing import Any

import pytest
from incident_hub.domain.jobs import Job
from incident_hub.storage.database import DatabaseUnavailableError
from incident_hub.work import ending, finish, worker
from incident_hub.work.outcomes import Done, GiveUp, Retry


async def test_a_failure_is_tried_again_until_the_attempts_are_used_up(
    yard: Any, jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "backoff_micros", lambda _attempt, _after: 0)

    async def handler(job: Job) -> Done:
        if job.key == "k000" or job.attempts < 3:
            raise ValueError(f"attempt {job.attempts}")
        return Done()

    await yard.add(*jobs(2))
    yard.start({"a": handler})
    await yard.all_are("done", "dead")
    bad, good = await yard.rows()
    assert (bad["state"], bad["attempts"], bad["error"]) == ("dead", 3, "ValueError: attempt 3")
    assert (good["state"], good["attempts"], good["error"]) == ("done", 3, None)


async def test_a_retry_waits_as_long_as_the_target_asked(yard: Any, jobs: Any) -> None:
    async def handler(_: Job) -> Done:
        raise Retry("slow down", after=3600)

    await yard.add(*jobs(1))
    yard.start({"a": handler})
    while not (row := (await yard.rows())[0])["error"]:  # noqa: ASYNC110 - the truth is in the database
        await asyncio.sleep(0.01)
    assert (row["state"], row["error"], row["attempts"]) == ("ready", "slow down", 1)
    assert row["run_at"] >= row["created_at"] + 3590 * 1_000_000


async def test_giving_up_writes_its_effects_and_the_letter_is_dead(yard: Any, jobs: Any) -> None:
    async def handler(_: Job) -> Done:
        raise GiveUp("gone", effects=yard.trace("told"))

    await yard.add(*jobs(1))
    yard.start({"a": handler})
    await yard.all_are("dead")
    assert await yard.traces() == ["told"]
    assert (await yard.rows())[0]["error"] == "gone"


async def test_poison_that_kills_its_workers_is_not_touched_again(yard: Any, jobs: Any) -> None:
    calls = 0

    async def handler(_: Job) -> Done:
        nonlocal calls
        calls += 1
        return Done()

    await yard.add(*jobs(1))
    for _ in range(3):
        assert len(await yard.claim("a", lease=-1)) == 1
    yard.start({"a": handler})
    await yard.all_are("dead")
    assert calls == 0
    assert (await yard.rows())[0]["error"] == "its worker died with it, 3 times"


async def test_effects_that_fail_do_not_harm_their_neighbours(yard: Any, jobs: Any) -> None:
    await yard.database.write(yard.trace("k005"))

    async def handler(job: Job) -> Done:
        return Done(yard.trace(str(job.key)))

    await yard.add(*jobs(20))
    yard.start({"a": handler}, max_attempts=1, concurrency=20)
    await yard.all_are("done", "dead")
    assert [row["key"] for row in await yard.rows(state="dead")] == ["k005"]
    assert await yard.traces() == [f"k{i:03}" for i in range(20)]


async def test_an_exit_in_a_handler_is_a_failure_like_others(yard: Any, jobs: Any) -> None:
    async def handler(job: Job) -> Done:
        if job.key == "k000":
            raise SystemExit(3)
        return Done()

    await yard.add(*jobs(3))
    yard.start({"a": handler}, max_attempts=1)
    await yard.all_are("done", "dead")
    assert [row["error"] for row in await yard.rows(state="dead")] == ["SystemExit: 3"]


async def test_a_database_that_is_away_for_a_moment_loses_nothing(
    yard: Any, jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finish, "_AWAY_SECONDS", 0.01)
    monkeypatch.setattr(worker, "_AWAY_SECONDS", 0.01)
    write, refused = yard.database.write, 0

    async def handler(job: Job) -> Done:
        monkeypatch.setattr(yard.database, "write", away)
        return Done(yard.trace(str(job.key)))

    async def away(work: Any) -> Any:
        nonlocal refused
        refused += 1
        if refused > 10:
            return await write(work)
        raise DatabaseUnavailableError("gone for tea")

    await yard.add(*jobs(5))
    yard.start({"a": handler})
    await yard.all_are("done")
    assert refused > 10
    assert len(await yard.traces()) == 5
    assert {row["attempts"] for row in await yard.rows()} == {1}
