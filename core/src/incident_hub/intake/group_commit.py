"""Requests that arrive while a commit runs share the next one.

Nothing waits on purpose: an idle hub commits a single request at once, a busy one commits hundreds
together. Measured on SQLite with a sync at each commit, sharing is worth a factor of ten and more.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

__all__ = ["GroupCommit", "OverloadedError"]

T = TypeVar("T")
R = TypeVar("R")
_Waiting = tuple[T, int, asyncio.Future[R]]  # an item, its weight, and who waits for its result


class OverloadedError(Exception):
    """More is waiting than the queue may hold; the sender shall try again a little later."""


class GroupCommit(Generic[T, R]):
    """Hands everything that waits to `commit` at once, and each caller its own result.

    `weigh` says how much of the queue's limits an item takes (its number of alerts). When a shared
    commit fails for a reason that lies in one item, the items are committed one by one, so that only
    the bad one fails. Once `ahead` waits, it is handed on while one commit still runs, so that the
    database finds its next work there.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
        *,
        weigh: Callable[[T], int],
        queue_limit: int,
        batch_limit: int,
        not_alone: tuple[type[Exception], ...],
        ahead: int | None = None,
    ) -> None:
        self._commit = commit
        self._weigh = weigh
        self._queue_limit = queue_limit
        self._batch_limit = batch_limit
        self._not_alone = not_alone
        self._ahead = queue_limit + 1 if ahead is None else ahead
        self._waiting: list[_Waiting[T, R]] = []
        self._weight = self._waiting_weight = 0
        self._starting = False
        self._under_way = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, item: T) -> R:
        """Wait until the item is durably committed; raise what its commit raised."""
        weight = self._weigh(item)
        self.check_room(weight)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._waiting.append((item, weight, future))
        self._weight += weight
        self._waiting_weight += weight
        if not self._starting and self._may_start():  # soon: what comes in this turn of the loop shares
            self._starting = True
            loop.call_soon(self._start)
        return await future

    def check_room(self, weight: int = 1) -> None:
        """Raise `OverloadedError` if an item of this weight cannot wait now; an empty queue takes any."""
        if self._weight and self._weight + weight > self._queue_limit:
            raise OverloadedError(f"{self._weight} alerts are waiting for the database")

    async def drain(self) -> None:
        """Wait until nothing waits."""
        while self._starting or self._tasks:
            await asyncio.sleep(0)
            if self._tasks:
                await asyncio.wait(self._tasks)

    def _may_start(self) -> bool:
        if not self._under_way:
            return bool(self._waiting)
        return self._under_way == 1 and self._waiting_weight >= self._ahead

    def _start(self) -> None:
        self._starting = False
        while self._may_start():
            self._under_way += 1
            task = asyncio.create_task(self._settle(self._take()), name="group-commit")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _take(self) -> list[_Waiting[T, R]]:
        weight = 0
        for index, (_, added, _) in enumerate(self._waiting):
            if weight + added > self._batch_limit and index:
                taken, self._waiting = self._waiting[:index], self._waiting[index:]
                break
            weight += added
        else:
            taken, self._waiting = self._waiting, []
        self._waiting_weight -= weight
        return taken

    async def _settle(self, batch: list[_Waiting[T, R]]) -> None:
        try:
            results = await self._commit([item for item, _, _ in batch])
        except Exception as error:
            await self._settle_failed(batch, error)
            self._next(batch)
        else:
            self._next(batch)
            for (_, _, future), result in zip(batch, results, strict=True):
                if not future.done():
                    future.set_result(result)

    def _next(self, batch: list[_Waiting[T, R]]) -> None:
        """The next commit begins before anybody is told of this one."""
        self._under_way -= 1
        self._weight -= sum([weight for _, weight, _ in batch])
        self._start()

    async def _settle_failed(self, batch: list[_Waiting[T, R]], error: Exception) -> None:
        if len(batch) == 1 or isinstance(error, self._not_alone):
            for _, _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for item, _, future in batch:
            try:
                result = (await self._commit([item]))[0]
            except Exception as alone:
                if not future.done():
                    future.set_exception(alone)
            else:
                if not future.done():
                    future.set_result(result)
