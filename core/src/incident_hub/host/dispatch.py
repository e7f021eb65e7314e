"""The one place that calls plugins: with a deadline, a circuit, a rate, and a catch for what they raise."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar, overload

from incident_hub.host.guard import Guard, RateLimitedError, limiter_of
from incident_hub.host.registry import Registry
from incident_hub.host.threads import is_coroutine_function, run_in_thread

__all__ = ["Call", "Dispatcher", "Outcome", "RateLimitedError"]

T = TypeVar("T")
GRACE_SECONDS = 0.25


class Outcome(NamedTuple, Generic[T]):
    """What one plugin answered, or the error it ended with; never both."""

    plugin: str
    value: T | None
    error: BaseException | None
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether there is an answer."""
        return self.error is None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a `gather`."""

    name: str
    fn: Callable[..., Any]
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


class Dispatcher:
    """Calls the plugins of one registry and keeps their records up to date.

    Coroutine functions are awaited, anything else runs in a thread. Only the caller's own
    cancellation and KeyboardInterrupt come through as exceptions.
    """

    def __init__(self, registry: Registry, *, now: Callable[[], float] | None = None) -> None:
        self._registry = registry
        self._now = now
        self._guards: dict[tuple[str, str], Guard] = {}
        self._abandoned: set[asyncio.Task[Any]] = set()

    @overload
    async def call(
        self,
        name: str,
        fn: Callable[..., Awaitable[T]],
        *args: object,
        deadline: float,
        circuit: str = ...,
        **kw: object,
    ) -> Outcome[T]: ...
    @overload
    async def call(
        self,
        name: str,
        fn: Callable[..., T],
        *args: object,
        deadline: float,
        circuit: str = ...,
        **kw: object,
    ) -> Outcome[T]: ...
    async def call(
        self,
        name: str,
        fn: Callable[..., Any],
        *args: object,
        deadline: float,
        circuit: str = "",
        **kw: object,
    ) -> Outcome[Any]:
        """Call `fn` of the plugin `name` and wait `deadline` seconds at most.

        `circuit` names the target when one plugin serves several that can fail apart. This runs in
        the caller's task: a plugin that swallows its cancellation is left behind by `gather` only.
        """
        guard = self._guards.get((name, circuit)) or self._guard(name, circuit)
        begun = perf_counter()
        task = asyncio.current_task()
        cancels = task.cancelling() if task else 0
        number = -1
        try:
            async with asyncio.timeout(deadline):
                if guard.limiter is not None:
                    await guard.take_turn()
                number = guard.circuit.enter()
                if is_coroutine_function(fn):
                    value = await fn(*args, **kw)
                else:
                    value = await run_in_thread(name, guard.running, lambda: fn(*args, **kw))
                    if inspect.isawaitable(value):
                        value = await value
        except BaseException as error:  # the boundary: a plugin may raise anything
            seconds = perf_counter() - begun
            if _must_pass(error) or (task and task.cancelling() > cancels):
                guard.circuit.abandoned(number)
                raise
            return Outcome(name, None, guard.note_error(number, error, seconds, deadline), seconds)
        seconds = perf_counter() - begun
        guard.circuit.succeeded(number)
        guard.record.count(seconds, failed=False)
        return Outcome(name, value, None, seconds)

    async def gather(self, calls: Iterable[Call], deadline: float) -> list[Outcome[Any]]:
        """Make the calls together, each in a task of its own; the outcomes come in the calls' order.

        No plugin keeps this waiting: one that goes on after its cancellation is left to itself.
        """
        wanted = list(calls)
        tasks = [asyncio.ensure_future(self._one(call, deadline)) for call in wanted]
        if not tasks:
            return []
        try:
            await asyncio.wait(tasks, timeout=deadline + GRACE_SECONDS)
        finally:
            for task in tasks:
                if not task.done():
                    task.cancel()
                    self._abandoned.add(task)
                    task.add_done_callback(self._abandoned.discard)
        return [self._result(call, task, deadline) for call, task in zip(wanted, tasks, strict=True)]

    def set_rate(self, name: str, rate: float | None) -> None:
        """From now on the plugin is called so often a second at most; who waits already waits as before."""
        if rate == self._registry.rates.get(name):
            return
        self._registry.rates.pop(name, None)
        if rate is not None:
            self._registry.rates[name] = rate
        limiter = limiter_of(rate)
        for (owner, _), guard in self._guards.items():
            if owner == name:
                guard.limiter = limiter

    async def _one(self, call: Call, deadline: float) -> Outcome[Any]:
        return await self.call(call.name, call.fn, *call.args, deadline=deadline, **call.kwargs)

    def _result(self, call: Call, task: "asyncio.Task[Outcome[Any]]", deadline: float) -> Outcome[Any]:
        if task.done():
            return task.result()
        guard = self._guard(call.name, str(call.kwargs.get("circuit", "")))
        error = guard.note_error(guard.circuit.number, TimeoutError(), deadline, deadline)
        return Outcome(call.name, None, error, deadline)

    def _guard(self, name: str, circuit: str) -> Guard:
        guard = self._guards.get((name, circuit))
        if guard is None:
            sibling = next((one for (owner, _), one in self._guards.items() if owner == name), None)
            rate = self._registry.rates.get(name)
            record = self._registry.records[name]
            guard = self._guards[name, circuit] = Guard(record, circuit, rate, sibling, self._now)
        return guard


def _must_pass(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return error.subgroup(KeyboardInterrupt) is not None
    return isinstance(error, KeyboardInterrupt)
