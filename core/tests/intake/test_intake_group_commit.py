"""What waits together is committed together, and only the bad one pays for being bad."""

import asyncio
from collections.abc import Sequence

import pytest
from incident_hub.intake.group_commit import GroupCommit, OverloadedError


class Recorder:
    """A commit that takes a moment, refuses negative numbers, and remembers its batches."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    async def commit(self, items: Sequence[int]) -> list[int]:
        await asyncio.sleep(0.01)
        if any(item < 0 for item in items):
            raise ValueError("negative")
        if 13 in items:
            raise ConnectionError("gone")
        self.batches.append(list(items))
        return [item * 2 for item in items]

    def group(self, queue_limit: int = 1000, batch_limit: int = 1000) -> GroupCommit[int, int]:
        return GroupCommit(
            self.commit,
            weigh=lambda _: 1,
            queue_limit=queue_limit,
            batch_limit=batch_limit,
            not_alone=(ConnectionError,),
        )


async def test_requests_that_arrive_during_a_commit_share_the_next_one() -> None:
    recorder = Recorder()
    group = recorder.group()
    first = asyncio.create_task(group.submit(1))
    await asyncio.sleep(0.001)
    rest = await asyncio.gather(*(group.submit(n) for n in range(20, 50)))
    assert await first == 2
    assert rest == [n * 2 for n in range(20, 50)]
    assert [len(batch) for batch in recorder.batches] == [1, 30]


async def test_one_bad_item_fails_alone() -> None:
    group = Recorder().group()
    results = await asyncio.gather(*(group.submit(n) for n in (1, -1, 3)), return_exceptions=True)
    assert results[0] == 2
    assert isinstance(results[1], ValueError)
    assert results[2] == 6


async def test_a_database_that_is_gone_is_not_asked_again_for_each_item() -> None:
    group = Recorder().group()
    results = await asyncio.gather(*(group.submit(n) for n in (1, 13, 3)), return_exceptions=True)
    assert all(isinstance(result, ConnectionError) for result in results)


async def test_a_full_queue_refuses_and_recovers() -> None:
    group = Recorder().group(queue_limit=3)
    results = await asyncio.gather(*(group.submit(n) for n in range(5)), return_exceptions=True)
    assert [isinstance(r, OverloadedError) for r in results] == [False, False, False, True, True]
    assert await group.submit(7) == 14


async def test_a_commit_takes_no_more_than_its_limit_and_a_cancelled_caller_harms_nobody() -> None:
    recorder = Recorder()
    group = recorder.group(batch_limit=2)
    tasks = [asyncio.create_task(group.submit(n)) for n in range(5)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [results[i] for i in (0, 2, 3, 4)] == [0, 4, 6, 8]
    assert isinstance(results[1], asyncio.CancelledError)
    await group.drain()
    assert [len(batch) for batch in recorder.batches] == [2, 2, 1]
    with pytest.raises(ValueError, match="negative"):
        await group.submit(-1)
