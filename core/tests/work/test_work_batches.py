"""Jobs of a batched kind: one call, one transaction; a bad one costs nobody else."""
# ruff: noqa: ANN401 - fixtures of this folder

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.domain.jobs import Job, NewJob
from incident_hub.work.ending import Ended
from incident_hub.work.finish import Finisher
from incident_hub.work.outcomes import Done
from incident_hub.work.run import portions


class Together:
    """A batch handler that notes its calls; `bad` keys raise, or have effects that do."""

    def __init__(self, yard: Any, *, bad: str = "", effects: bool = False) -> None:
        self.yard, self.bad, self.effects = yard, bad, effects
        self.calls: list[list[str]] = []

    async def __call__(self, jobs: Sequence[Job]) -> Done:
        keys = [str(job.key) for job in jobs]
        self.calls.append(keys)
        if self.bad in keys and not self.effects:
            raise ValueError(self.bad)
        return Done(self.yard.trace(*keys), f"{len(keys)} together")


async def test_waiting_jobs_run_in_one_call(yard: Any, jobs: Any) -> None:
    await yard.add(*jobs(40))
    together = Together(yard)
    yard.start(batch={"a": together}, concurrency=1)
    await yard.all_are("done")
    assert [sorted(call) for call in together.calls] == [[f"k{i:03}" for i in range(40)]]
    assert await yard.traces() == sorted(together.calls[0])
    assert {row["result"] for row in await yard.rows()} == {"40 together"}


@pytest.mark.parametrize("effects", [False, True], ids=["the call raises", "its effects raise"])
async def test_a_bad_job_fails_alone(yard: Any, jobs: Any, effects: bool) -> None:
    if effects:
        await yard.database.write(yard.trace("k003"))
    await yard.add(*jobs(10))
    together = Together(yard, bad="k003", effects=effects)
    yard.start(batch={"a": together}, max_attempts=1)
    await yard.all_are("done", "dead")
    assert [row["key"] for row in await yard.rows(state="dead")] == ["k003"]
    assert {row["result"] for row in await yard.rows(state="done")} == {"1 together"}
    assert len(await yard.traces()) == (10 if effects else 9)
    assert [len(call) for call in together.calls] == [10, *[1] * 10]


async def test_one_lost_lease_means_no_effects_and_the_others_run_again(yard: Any, jobs: Any) -> None:
    await yard.add(*jobs(3))
    mine = await yard.claim("a", lease=-1)
    (stolen,) = await yard.claim("a", limit=1)
    finisher = Finisher(yard.database, HubClock(), max_attempts=3, on_commit=lambda: None)
    assert await finisher.finish(Ended(tuple(mine), done=Done(yard.trace("never"))))
    assert await yard.traces() == []
    states = {row["id"]: (row["state"], row["attempts"]) for row in await yard.rows()}
    assert states.pop(stolen.id) == ("leased", 2)
    assert set(states.values()) == {("ready", 0)}
    together = Together(yard)
    yard.start(batch={"a": together})
    while len(await yard.rows(state="done")) < 2:  # noqa: ASYNC110 - the truth is in the database
        await asyncio.sleep(0.01)
    assert len(await yard.traces()) == 2


async def test_poison_is_kept_out_of_the_call(yard: Any, jobs: Any) -> None:
    await yard.add(*jobs(1))
    for _ in range(3):
        await yard.claim("a", lease=-1)
    await yard.add(*jobs(4))
    together = Together(yard)
    yard.start(batch={"a": together})
    await yard.all_are("done", "dead")
    assert [row["key"] for row in await yard.rows(state="dead")] == ["k000"]
    assert "k000" not in {key for call in together.calls for key in call}


async def test_a_flood_of_one_kind_leaves_room_for_others(yard: Any, jobs: Any, well: Any) -> None:
    entered, go = asyncio.Event(), asyncio.Event()

    async def slow(_: Sequence[Job]) -> Done:
        entered.set()
        await go.wait()
        return Done()

    await yard.add(*jobs(100), NewJob("page", key="page"))
    yard.start({"page": well}, batch={"a": slow}, concurrency=1)
    await entered.wait()
    while (await yard.states())["page"] != "done":  # noqa: ASYNC110 - the truth is in the database
        await asyncio.sleep(0.01)
    assert len(await yard.rows(state="leased")) == 64
    assert len(await yard.rows(state="ready")) == 36
    go.set()
    await yard.all_are("done")


def test_a_call_is_cut_where_it_would_carry_too_much() -> None:
    jobs = [
        Job(str(i), "a", None, None, {"incidents": ["x"] * size}, 1, 1)
        for i, size in enumerate((4, 5, 2, 20, 1))
    ]
    assert [[job.id for job in part] for part in portions(jobs, 10)] == [["0", "1"], ["2"], ["3"], ["4"]]
