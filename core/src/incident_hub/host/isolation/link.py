"""The hub's end of the line to one child: calls go out, answers come back, questions are served."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, cast

from incident_hub_hookspecs import CallContext

from incident_hub.host.isolation.frames import Frames, framed
from incident_hub.host.isolation.methods import Method
from incident_hub.host.isolation.questions import Questions
from incident_hub.host.isolation.raised import rebuilt
from incident_hub.host.isolation.reading import Reader, parse
from incident_hub.host.isolation.remote import Given
from incident_hub.host.isolation.wire import WireError, encode

__all__ = ["DIED", "ChildDiedError", "Link"]

GRACE_SECONDS = 0.5
MOST_CALLS = 1024
DIED = "it died"
_READER = Reader(frozen=False)


class ChildDiedError(Exception):
    """The plugin's process ended while it worked on the call; whoever owns the call may try again."""


class Link(asyncio.Protocol):
    """One line, for as long as the child lives; `on_end` hears once why it is of no more use.

    `on_told` hears what the child says of itself: `worn` when it should be replaced, `report` for the
    contract's own report.
    """

    def __init__(
        self,
        name: str,
        questions: Questions,
        on_end: Callable[["Link", str], None],
        on_told: Callable[["Link", str, str], None],
    ) -> None:
        self._name, self._questions = name, questions
        self._on_end, self._on_told = on_end, on_told
        self._frames = Frames()
        self._numbers: Iterator[int] = count(1)
        self._calls: dict[int, tuple[asyncio.Future[Any], CallContext | None]] = {}
        self._leaving: dict[int, asyncio.TimerHandle] = {}
        self._settled = asyncio.Event()
        self._asked: set[asyncio.Task[None]] = set()
        self._transport: asyncio.Transport | None = None
        self._ended = ""

    @property
    def idle(self) -> bool:
        """Whether no call is under way."""
        return not self._calls and not self._leaving

    @property
    def in_doubt(self) -> bool:
        """Whether the child has yet to let go of a call that its caller has left."""
        return bool(self._leaving)

    async def settled(self) -> None:
        """Wait until it has let go, or was ended."""
        self._settled.clear()
        await self._settled.wait()

    async def ask(self, place: str, method: Method, given: Given) -> Any:  # noqa: ANN401 - as the method says
        """One call. A caller that is cancelled is let go at once; a child that does not let go is ended."""
        if self._ended or self._transport is None:
            raise ChildDiedError(f"{self._name}: its process has ended: {self._ended}")
        if len(self._calls) >= MOST_CALLS:
            raise ChildDiedError(f"{self._name}: {len(self._calls)} calls wait for its process already")
        number = next(self._numbers)
        context = given.context
        limits = (context.deadline_seconds, context.incident_url) if context else (0.0, "")
        self._send("call", number, place, given.args, given.options, context and given.by_name, *limits)
        future = asyncio.get_running_loop().create_future()
        self._calls[number] = future, context
        try:
            return _READER.answer(method.answer)(await future)
        except asyncio.CancelledError:
            self._let_go(number)
            raise
        finally:
            del self._calls[number]

    def end(self, reason: str) -> None:
        """No more of this child: what it was asked fails, and `on_end` hears of it."""
        if self._ended:
            return
        self._ended = reason
        if self._transport is not None:
            self._transport.abort()
        for timer in self._leaving.values():
            timer.cancel()
        self._leaving.clear()
        self._settled.set()
        for task in self._asked:
            task.cancel()
        for future, _ in self._calls.values():
            if not future.done():
                future.set_exception(ChildDiedError(f"{self._name}: its process was ended: {reason}"))
        self._on_end(self, reason)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As asyncio calls it."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """As asyncio calls it: the child has closed its end, or is no more."""
        self.end(DIED)

    def data_received(self, data: bytes) -> None:
        """As asyncio calls it. A child that breaks the rules of the line is ended."""
        try:
            for payload in self._frames.feed(data):
                self._take(parse(payload))
        except WireError as error:
            self.end(f"it sent what cannot be read: {error}")

    def _take(self, message: object) -> None:
        match message:
            case ["answer", int(number), value]:
                if future := self._future(number):
                    future.set_result(value)
            case ["error", int(number), said]:
                if future := self._future(number):
                    future.set_exception(rebuilt(said))
            case ["ask", int(question), int(number), str(place), list(args), dict(options)]:
                self._serve(question, number, place, Given(args, options))
            case [("worn" | "report") as kind, str(text)]:
                self._on_told(self, kind, text)
            case _:
                raise WireError("an unknown kind of message")

    def _future(self, number: int) -> "asyncio.Future[Any] | None":
        if timer := self._leaving.pop(number, None):
            timer.cancel()
            if not self._leaving:
                self._settled.set()
            return None
        if number not in self._calls:
            raise WireError("an answer to a call that was not made")
        future = self._calls[number][0]
        return None if future.done() else future

    def _let_go(self, number: int) -> None:
        if self._ended or (self._calls[number][0].done() and not self._calls[number][0].cancelled()):
            return
        self._send("cancel", number)
        loop = asyncio.get_running_loop()
        late = "it went on after the deadline of a call"
        self._leaving[number] = loop.call_later(GRACE_SECONDS, self.end, late)

    def _serve(self, question: int, number: int, place: str, given: Given) -> None:
        if len(self._asked) >= MOST_CALLS:
            raise WireError(f"more than {MOST_CALLS} questions at once")
        context = self._calls[number][1] if number in self._calls else None
        task = asyncio.get_running_loop().create_task(self._answer(question, place, given, context))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    async def _answer(self, question: int, place: str, given: Given, context: CallContext | None) -> None:
        said = await self._questions.answer(place, given, context)
        if not self._ended:
            self._write(framed(b"[%d,%s]" % (question, said)))

    def _send(self, kind: str, *rest: object) -> None:
        self._write(framed(encode([kind, *rest])))

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)
