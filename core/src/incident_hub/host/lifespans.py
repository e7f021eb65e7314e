"""The lifespans of plugins: entered one by one before the doors open, left in the reverse order."""

import asyncio
import inspect
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from incident_hub.host.registry import Registry

__all__ = ["Lifespans"]

_log = logging.getLogger(__name__)
_GRACE_SECONDS = 0.25  # for a plugin to take its cancellation


class _Lifespan:
    """One plugin's context manager, entered and left by one task, as cancel scopes want it."""

    def __init__(self, name: str, make: Callable[[], AbstractAsyncContextManager[None]]) -> None:
        self.name = name
        self._make = make
        self._inside = asyncio.Event()
        self._leave = asyncio.Event()
        self.task = asyncio.create_task(self._live(), name=f"lifespan of {name}")

    async def enter(self, deadline: float) -> str:
        """Why it could not be entered; empty when it was."""
        inside = asyncio.create_task(self._inside.wait())
        await asyncio.wait((inside, self.task), timeout=deadline, return_when=asyncio.FIRST_COMPLETED)
        entered = inside.done() and not self.task.done()
        inside.cancel()
        return "" if entered else await self._end(deadline, f"it was not entered within {deadline:g} s")

    async def leave(self, deadline: float) -> str:
        """Why it could not be left in peace; empty when it was."""
        self._leave.set()
        await asyncio.wait((self.task,), timeout=deadline)
        return await self._end(deadline, f"it was not left within {deadline:g} s")

    async def _live(self) -> str:
        """Its error, as a value: SystemExit thrown in a task would end the loop."""
        try:
            async with self._make():
                self._inside.set()
                await self._leave.wait()
        except (KeyboardInterrupt, asyncio.CancelledError):
            raise
        except BaseException as error:  # the boundary: a plugin may raise anything
            _log.warning("the lifespan of plugin %s failed", self.name, exc_info=error)
            return f"{type(error).__name__}: {error}"
        return "" if self._leave.is_set() else "it ended by itself"

    async def _end(self, deadline: float, late: str) -> str:
        """How the task ended; one that goes on after its cancellation is left to itself."""
        if not self.task.done():
            self._leave.set()  # should it get inside after all, it is not to stay
            self.task.cancel()
            await asyncio.wait((self.task,), timeout=min(_GRACE_SECONDS, deadline))
            return late
        return "it was cancelled" if self.task.cancelled() else self.task.result()


class Lifespans:
    """Those of one registry's plugins. One that fails makes its plugin `failed`, and nothing of it stays."""

    def __init__(self, registry: Registry, *, deadline: float) -> None:
        self._registry = registry
        self._deadline = deadline
        self._entered: list[_Lifespan] = []

    async def enter(self) -> None:
        """Enter each in the order of names, each within the deadline."""
        for name, hook in sorted(self._registry.hooks.get("lifespan", {}).items()):
            one = _Lifespan(name, self._maker(name, hook))
            if problem := await one.enter(self._deadline):
                self._registry.fail(name, f"lifespan: {problem}")
            else:
                self._entered.append(one)
                one.task.add_done_callback(lambda _, one=one: self._ended_early(one))  # type: ignore[misc]

    async def leave(self) -> None:
        """Leave those that were entered, the last one first; none keeps the others waiting for long."""
        while self._entered:
            one = self._entered.pop()
            if problem := await one.leave(self._deadline):
                self._registry.fail(one.name, f"lifespan: {problem}")

    def _maker(self, name: str, hook: Callable[..., Any]) -> Callable[[], AbstractAsyncContextManager[None]]:
        def make() -> AbstractAsyncContextManager[None]:
            made = hook(context=self._registry.contexts[name])
            if inspect.iscoroutine(made):
                made.close()
                raise TypeError("it must return an async context manager, not be an `async def` function")
            return made  # type: ignore[no-any-return]

        return make

    def _ended_early(self, one: _Lifespan) -> None:
        """A task group inside it may end it while the hub works: then the plugin does not work any more."""
        if one in self._entered:
            self._entered.remove(one)
            problem = "it was cancelled" if one.task.cancelled() else one.task.result()
            self._registry.fail(one.name, f"lifespan: {problem}")
