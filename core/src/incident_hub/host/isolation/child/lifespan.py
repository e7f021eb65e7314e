"""The plugin's lifespan, entered and left in one task, as context managers with task groups need it."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

__all__ = ["Lifespan"]


class Lifespan:
    """Two steps: enter, and leave. What either raises is raised to who asks for the step."""

    def __init__(self, make: Callable[[], AbstractAsyncContextManager[None]]) -> None:
        self._make = make
        self._task: asyncio.Task[None] | None = None
        self._leave = asyncio.Event()

    async def step(self, enter: bool) -> None:
        """Enter, or leave again."""
        if enter and self._task is None:
            entered = asyncio.Event()
            self._task = asyncio.get_running_loop().create_task(self._live(entered))
            waiting = asyncio.ensure_future(entered.wait())
            await asyncio.wait([self._task, waiting], return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if self._task.done():
                await self._task
        elif not enter and self._task is not None:
            self._leave.set()
            await self._task

    async def _live(self, entered: asyncio.Event) -> None:
        async with self._make():
            entered.set()
            await self._leave.wait()
