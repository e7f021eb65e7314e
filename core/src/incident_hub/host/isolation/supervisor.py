"""Keeps the child of one plugin alive: started again, with growing pauses, when it dies or must be ended."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from time import monotonic
from typing import Any

from incident_hub_hookspecs import DeliveryError

from incident_hub.host.isolation.link import DIED, Link
from incident_hub.host.isolation.methods import HOOKS, Method
from incident_hub.host.isolation.pauses import Pauses
from incident_hub.host.isolation.questions import Questions
from incident_hub.host.isolation.remote import Given
from incident_hub.host.isolation.shape import Order, Shape
from incident_hub.host.isolation.spawn import Child, start
from incident_hub.host.status import PluginRecord

__all__ = ["ChildDownError", "Supervisor"]

_log = logging.getLogger(__name__)
WORTH_WAITING = 1.0
RETIRE_SECONDS = 60.0
EXIT_SECONDS = 0.2


class ChildDownError(DeliveryError):
    """The plugin was not called: its process died so often that it pauses. `retry_after` is in seconds."""


class Supervisor:
    """The one way to a plugin in its own process.

    The first child comes started and has registered; the line to it is opened by `open` or by the first
    call, on the event loop that runs then.
    """

    def __init__(
        self,
        order: Order,
        child: Child,
        shape: Shape,
        questions: Questions,
        record: PluginRecord,
        start_seconds: float,
    ) -> None:
        self._order, self._shape, self._questions, self._record = order, shape, questions, record
        self._start_seconds = start_seconds
        self._child: Child | None = child
        self._link: Link | None = None
        self._opening: asyncio.Task[Link] | None = None
        self._retiring: set[asyncio.Task[None]] = set()
        self._pauses = Pauses()
        self._entered = self._stopped = False

    @property
    def pid(self) -> int | None:
        """The process that serves now; None while there is none."""
        return self._child.process.pid if self._child else None

    async def ask(self, place: str, method: Method, given: Given) -> Any:  # noqa: ANN401 - as the method says
        """One call of the plugin. Raises what the plugin raised, `ChildDiedError` and `ChildDownError`."""
        link = self._link or await self._open()
        if link.in_doubt:  # a call went over its deadline: whether the child let go shows very soon
            await link.settled()
            link = self._link or await self._open()
        return await link.ask(place, method, given)

    async def reconfigure(self, options: Mapping[str, object]) -> None:
        """Give the plugin other options; a child that is started later gets them too."""
        await self.ask("hooks.reconfigure", HOOKS["reconfigure"], Given((options,)))
        self._order = replace(self._order, options=options)

    async def lifespan(self, *, enter: bool) -> None:
        """Enter the plugin's lifespan, or leave it; a child that is started later enters it by itself."""
        await self.ask("hooks.lifespan", HOOKS["lifespan"], Given((enter,)))
        self._entered = enter

    async def open(self) -> None:
        """Open the line now, so that a death is noticed before the next call."""
        if self._link is None:
            await self._open()

    async def stop(self) -> None:
        """End the child, for good."""
        tasks = self._leave()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._child is not None:
            await asyncio.to_thread(self._child.end)
            self._child = None

    def end(self) -> None:
        """The same at once, without waiting for what is under way."""
        self._leave()
        if self._child is not None:
            self._child.end()
            self._child = None

    def _leave(self) -> list[asyncio.Task[Any]]:
        self._stopped = True
        tasks: list[asyncio.Task[Any]] = [*self._retiring, *([self._opening] if self._opening else [])]
        for task in tasks:
            task.cancel()
        if self._link is not None:
            self._link.end("the hub stops")
            self._link = None
        return tasks

    async def _open(self) -> Link:
        """The line, once it is there; all who wait for it wait together."""
        name, left = self._order.name, self._pauses.left
        if self._stopped:
            raise ChildDownError(f"{name}: the hub stops")
        if self._child is None and left > WORTH_WAITING:
            why = self._record.last_restart
            raise ChildDownError(f"{name}: its process pauses for {left:.0f} s: {why}", retry_after=left)
        if self._opening is None:
            self._begin(self._bring_up())
        return await asyncio.shield(self._opening)  # type: ignore[arg-type]

    def _begin(self, opening: Coroutine[Any, Any, Link]) -> None:
        self._opening = asyncio.get_running_loop().create_task(opening)
        self._opening.add_done_callback(self._opened)

    def _opened(self, task: "asyncio.Task[Link]") -> None:
        self._opening = None
        if not task.cancelled() and (error := task.exception()):
            _log.error("plugin %s: its process cannot be kept", self._order.name, exc_info=error)

    async def _bring_up(self) -> Link:
        while True:
            await asyncio.sleep(self._pauses.left)
            try:
                self._link = await self._connect(self._child or await self._start())
            except Exception as error:
                await self._end_child(f"it did not start again: {type(error).__name__}: {error}")
                self._record.note_down(f"its process is down: {self._record.last_restart}")
            else:
                self._record.note_down("")
                return self._link

    async def _start(self) -> Child:
        self._pauses.began()
        child = await asyncio.to_thread(start, self._order)
        try:
            shape = await asyncio.to_thread(child.shape, monotonic() + self._start_seconds)
        except BaseException:
            child.end()
            raise
        self._child = child
        if shape != self._shape:
            raise RuntimeError("the plugin registered something else than before")
        return child

    async def _connect(self, child: Child) -> Link:
        def make() -> Link:
            return Link(self._order.name, self._questions, self._on_end, self._on_told)

        loop = asyncio.get_running_loop()
        _, link = await loop.create_unix_connection(make, sock=child.hand_over())
        if self._entered:
            async with asyncio.timeout(self._start_seconds):
                await link.ask("hooks.lifespan", HOOKS["lifespan"], Given((True,)))
        return link

    def _on_end(self, link: Link, reason: str) -> None:
        if link is self._link and not self._stopped:
            self._link = None
            self._begin(self._replace(reason))

    def _on_told(self, link: Link, kind: str, text: str) -> None:
        """The child says what is wrong with it: at present, or so that it should be replaced."""
        if link is not self._link or self._stopped:
            return
        if kind == "report":
            self._record.note_problem(text)
        else:
            self._retire(link, text[:200])

    def _retire(self, link: Link, reason: str) -> None:
        """New calls go to a new child; this one ends what it has begun."""
        retiring = asyncio.get_running_loop().create_task(_end_when_idle(link, self._child, reason))
        self._retiring.add(retiring)
        retiring.add_done_callback(self._retiring.discard)
        self._link = self._child = None
        self._begin(self._replace(reason))

    async def _replace(self, reason: str) -> Link:
        await self._end_child(reason)
        return await self._bring_up()

    async def _end_child(self, reason: str) -> None:
        child, self._child = self._child, None
        self._pauses.ended()
        alone = reason == DIED
        if child is not None:
            said = await asyncio.to_thread(child.end, EXIT_SECONDS if alone else 0.0)
            reason += said if alone else ""
        self._record.note_restart(reason)
        wait = self._pauses.left
        _log.warning("plugin %s: its process starts again in %.1f s: %s", self._order.name, wait, reason)


async def _end_when_idle(link: Link, child: Child | None, reason: str) -> None:
    until = monotonic() + RETIRE_SECONDS
    while not link.idle and monotonic() < until:  # noqa: ASYNC110 - seldom, and bounded
        await asyncio.sleep(0.05)
    link.end(reason)
    if child is not None:
        await asyncio.to_thread(child.end)
