"""The child's end of the line: calls come in, several at a time, and answers go out."""

import asyncio
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, cast

from incident_hub_hookspecs import CallContext

from incident_hub.host.isolation.child.limits import Wear
from incident_hub.host.isolation.child.loading import Loaded, Target
from incident_hub.host.isolation.frames import FRAME_LIMIT, Frames, framed
from incident_hub.host.isolation.methods import ASKED, Method
from incident_hub.host.isolation.raised import rebuilt, told
from incident_hub.host.isolation.reading import GARBAGE_KEY, Reader, parse
from incident_hub.host.isolation.remote import Given, Other, remote
from incident_hub.host.isolation.wire import WireError, encode
from incident_hub.host.threads import is_coroutine_function, run_in_thread

__all__ = ["Server"]

NO_LIMIT = 1 << 31  # the hub is believed
_READER = Reader(frozen=True)


class Server(asyncio.Protocol):
    """Answers the hub's calls; `loaded` must be there before the first one."""

    loaded: Loaded

    def __init__(self) -> None:
        self._frames = Frames(NO_LIMIT)
        self._calls: dict[int, asyncio.Task[None]] = {}
        self._questions: dict[int, asyncio.Future[Any]] = {}
        self._numbers: Iterator[int] = count(1)
        self._threads: set[object] = set()
        self._wear = Wear()
        self._transport: asyncio.Transport | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = asyncio.Event()
        self._problem = ""

    async def ask(self, place: str, method: Method, given: Given) -> Any:  # noqa: ANN401 - as the method says
        """Ask the hub for something that hangs on no call."""
        return await self.ask_for(0, place, method, given)

    async def ask_for(self, call: int, place: str, method: Method, given: Given) -> Any:  # noqa: ANN401
        """Ask the hub for something, as part of the call of that number."""
        number = next(self._numbers)
        future = self._questions[number] = asyncio.get_running_loop().create_future()
        try:
            self._write(encode(["ask", number, call, place, given.args, given.options]))
            return _READER.of(method.answer)(await future)
        finally:
            del self._questions[number]

    def report(self, problem: str) -> None:
        """What the plugin says is wrong with it at present; from any thread, also before the line is there."""
        self._problem = problem
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._tell_problem)

    def _tell_problem(self) -> None:
        self._write(encode(["report", self._problem]))

    async def closed(self) -> None:
        """Wait until the hub has closed the line."""
        await self._closed.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As asyncio calls it."""
        self._transport = cast("asyncio.Transport", transport)
        self._loop = asyncio.get_running_loop()
        if self._problem:
            self._tell_problem()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """As asyncio calls it."""
        self._closed.set()

    def data_received(self, data: bytes) -> None:
        """As asyncio calls it."""
        for payload in self._frames.feed(data):
            self._take(parse(payload))

    def _take(self, message: Any) -> None:  # noqa: ANN401 - told apart here
        match message:
            case ["call", number, *given]:
                task = asyncio.get_running_loop().create_task(self._answer(number, *given))
                self._calls[number] = task
            case ["cancel", number]:
                if running := self._calls.get(number):
                    running.cancel()
            case [number, kind, value]:
                self._take_reply(number, kind, value)

    def _take_reply(self, number: int, kind: str, value: object) -> None:
        future = self._questions.get(number)
        if future is None or future.done():
            return
        if kind == "answer":
            future.set_result(value)
        else:
            future.set_exception(rebuilt(value))

    async def _answer(self, number: int, place: str, *given: Any) -> None:  # noqa: ANN401
        error: BaseException | None = None
        try:
            said = _said(number, await self._call(number, self.loaded.targets[place], *given))
        except BaseException as raised:  # the boundary: a plugin may raise anything
            error = raised
            said = encode(["error", number, told(raised)])
        del self._calls[number]
        self._write(said)
        if reason := self._wear.after(error):
            self._write(encode(["worn", reason]))

    async def _call(
        self,
        number: int,
        target: Target,
        args: Sequence[object],
        options: Mapping[str, object],
        by_name: bool | None,
        deadline: float,
        url: str,
    ) -> object:
        kinds = target.method.kinds
        given = [_READER.of(kind)(one) for kind, one in zip(target.method.order, args, strict=False)]
        named = {name: _READER.of(kinds[name])(one) for name, one in options.items()}
        if by_name is not None:
            context = self._context(number, deadline, url)
            if by_name:
                named[target.method.context] = context
            else:
                given.append(context)
        if is_coroutine_function(target.function):
            return await target.function(*given, **named)
        value = await self._in_thread(lambda: target.function(*given, **named))
        return await value if inspect.isawaitable(value) else value

    async def _in_thread(self, call: Callable[[], object]) -> object:
        """A thread cannot be let go of: the hub hears of a cancelled call's end when it has ended."""
        running = asyncio.ensure_future(run_in_thread(self.loaded.context.name, self._threads, call))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.gather(running, return_exceptions=True)
            raise

    def _context(self, number: int, deadline: float, url: str) -> CallContext:
        hub: Other = _ForCall(self, number)
        lookup, directory = (remote(ASKED[room], hub, room) for room in ("lookup", "directory"))
        return CallContext(self.loaded.context, lookup, directory, deadline, url)

    def _write(self, payload: bytes) -> None:
        if self._transport is not None:
            self._transport.write(framed(payload))


class _ForCall:
    """Asks the hub as part of one call."""

    __slots__ = ("_number", "_server")

    def __init__(self, server: Server, number: int) -> None:
        self._server, self._number = server, number

    async def ask(self, place: str, method: Method, given: Given) -> Any:  # noqa: ANN401 - as the method says
        return await self._server.ask_for(self._number, place, method, given)


def _said(number: int, value: object) -> bytes:
    """The answer, within its limit. Of a list, what is no data costs its own place only."""
    try:
        said = encode(["answer", number, value])
    except WireError:
        if not isinstance(value, list | tuple):
            raise
        said = encode(["answer", number, [_or_garbage(one) for one in value]])
    if len(said) > FRAME_LIMIT:
        raise WireError(f"the answer has {len(said)} bytes, {FRAME_LIMIT} are allowed")
    return said


def _or_garbage(item: object) -> object:
    try:
        encode(item)
    except WireError as error:
        return {GARBAGE_KEY: str(error)}
    return item
