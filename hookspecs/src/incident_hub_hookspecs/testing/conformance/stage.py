"""What stands around a plugin in a conformance test: an outside that can be stalled, and a loop to run on."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from incident_hub_hookspecs.context import CallContext, PluginContext, Tables
from incident_hub_hookspecs.people import Directory, Person, Service, Shift, Team
from incident_hub_hookspecs.records import Incident
from incident_hub_hookspecs.testing.canary import Watch
from incident_hub_hookspecs.testing.contexts import call_context, plugin_context
from incident_hub_hookspecs.testing.http import RecordingHttp
from incident_hub_hookspecs.testing.known import KnownIncidents
from incident_hub_hookspecs.testing.registering import implementation

__all__ = ["HANGS", "Stage", "called"]

T = TypeVar("T")
# What is not over by then hangs; whatever conforms is over long before.
HANGS = 5.0


class _Gate:
    """Everybody passes, until it is shut; then nobody comes back."""

    shut = False
    waiting = 0

    async def wait(self) -> None:
        if self.shut:
            self.waiting += 1
            await asyncio.Event().wait()


class _GatedIncidents(KnownIncidents):
    def __init__(self, past: Iterable[Incident], gate: _Gate) -> None:
        super().__init__(past)
        self._gate = gate

    async def similar(
        self, incidents: Sequence[Incident], *, limit: int = 10
    ) -> Sequence[Sequence[Incident]]:
        await self._gate.wait()
        return await super().similar(incidents, limit=limit)


class _GatedDirectory:
    def __init__(self, inner: Directory, gate: _Gate) -> None:
        self._inner, self._gate = inner, gate

    async def on_call(self, schedule: str, at: datetime) -> Sequence[Shift]:
        await self._gate.wait()
        return await self._inner.on_call(schedule, at)

    async def person(self, id: str) -> Person | None:  # noqa: A002 - the field's word
        await self._gate.wait()
        return await self._inner.person(id)

    async def team(self, id: str) -> Team | None:  # noqa: A002
        await self._gate.wait()
        return await self._inner.team(id)

    async def service(self, id: str) -> Service | None:  # noqa: A002
        await self._gate.wait()
        return await self._inner.service(id)


class Stage:
    """One plugin's surroundings. `run` enters its lifespan, waits for what it is given, and watches."""

    def __init__(
        self,
        plugin: object,
        name: str,
        settings: object,
        *,
        http: RecordingHttp,
        past: Iterable[Incident],
        directory: Directory,
        tables: Tables,
        watch: Watch,
    ) -> None:
        self.plugin, self.http, self.watch = plugin, http, watch
        self._gate = _Gate()
        self.registration: PluginContext[Any] = plugin_context(name, settings, http=http, tables=tables)
        self.context: CallContext = call_context(
            self.registration,
            lookup=_GatedIncidents(past, self._gate),
            directory=_GatedDirectory(directory, self._gate),
            incident_url="https://hub.example/incidents/1",
        )

    def stall(self) -> None:
        """From now on nobody answers."""
        self.http.stall()
        self._gate.shut = True

    def resume(self) -> None:
        """Everybody answers again."""
        self.http.resume()
        self._gate.shut = False

    @property
    def waited_for(self) -> bool:
        """Whether somebody waits for one who does not answer."""
        return bool(self._gate.waiting or self.http.sent)

    def hurried(self, deadline: float) -> CallContext:
        """The context of a call that has only so many seconds."""
        return replace(self.context, deadline_seconds=deadline)

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Wait for the work on a loop of its own, within the plugin's lifespan; look at what it raises."""
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            try:
                return runner.run(self._within(work))
            except BaseException as error:
                self.watch.look_at_error(error)
                raise

    async def _within(self, work: Callable[[], Awaitable[T]]) -> T:
        async with self._lifespan():
            try:
                async with asyncio.timeout(HANGS) as guard:
                    return await work()
            except TimeoutError as error:
                if not guard.expired():
                    raise
                raise AssertionError(f"the call was not over after {HANGS:g} s") from error

    def _lifespan(self) -> AbstractAsyncContextManager[None]:
        enter = implementation(self.plugin, "lifespan")
        return enter(context=self.registration) if enter else nullcontext()


async def called(function: Callable[..., Any], *given: object, **named: object) -> Any:
    """Call as the hub does: coroutine functions are awaited, others run in a thread."""
    if inspect.iscoroutinefunction(function):
        return await function(*given, **named)
    answer = await asyncio.to_thread(function, *given, **named)
    return await answer if inspect.isawaitable(answer) else answer
