"""Identical subscriptions run once: one execution, its payload bytes handed to every subscriber."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable

import orjson
from graphql import FieldNode, NullValueNode, OperationDefinitionNode, VariableNode

from incident_hub.api.graphql.context import HubServices, RequestContext, Viewer
from incident_hub.api.graphql.engine import Engine, GraphQLRequest, encode
from incident_hub.api.graphql.errors import Code, RefusedError, coded

__all__ = ["QUEUE", "Shared", "Sharing", "Subscriber", "SubscriberLagsError"]

_log = logging.getLogger(__name__)
QUEUE = 256
_HISTORY = 256
Key = tuple[object, ...]


class SubscriberLagsError(Exception):
    """The subscriber's queue is full; it has to come back with its last cursor."""


class Subscriber:
    """One reader of a shared execution, with its own bounded queue."""

    __slots__ = ("_end", "_items", "_lags", "_wake")

    def __init__(self, history: list[bytes]) -> None:
        self._items: deque[bytes] = deque(history)
        self._wake = asyncio.Event()
        self._lags = False
        self._end: BaseException | bool = False

    def put(self, payload: bytes) -> None:
        """Hand a payload over, or mark the reader as too slow."""
        if len(self._items) >= QUEUE:
            self._lags = True
        else:
            self._items.append(payload)
        self._wake.set()

    def end(self, error: BaseException | None) -> None:
        """Nothing more comes."""
        self._end = error or True
        self._wake.set()

    @property
    def lags(self) -> bool:
        """Whether it lost something for being slow."""
        return self._lags

    async def payloads(self) -> AsyncIterator[bytes]:
        """What came, in order; raises `SubscriberLagsError` where something is missing."""
        while True:
            while self._items:
                yield self._items.popleft()
            if self._lags:
                raise SubscriberLagsError
            if isinstance(self._end, BaseException):
                raise self._end
            if self._end:
                return
            self._wake.clear()
            await self._wake.wait()


class Shared:
    """One running execution. `history` holds all it sent so far, while a late joiner may still need it."""

    def __init__(
        self, source: AsyncIterator[bytes], *, replays: bool, ended: Callable[["Shared"], None]
    ) -> None:
        self.history: list[bytes] | None = [] if replays else None
        self.joinable = True
        self._replays = replays
        self._ended = ended
        self._subscribers: set[Subscriber] = set()
        self._task = asyncio.create_task(self._pump(source))

    def join(self) -> Subscriber:
        """A new reader: from here on, or, when the subscription resumes at a cursor, from its start."""
        subscriber = Subscriber(list(self.history or ()))
        self._subscribers.add(subscriber)
        return subscriber

    def leave(self, subscriber: Subscriber) -> None:
        """The last one out ends the execution."""
        self._subscribers.discard(subscriber)
        if not self._subscribers:
            self._retire()
            self._task.cancel()

    async def _pump(self, source: AsyncIterator[bytes]) -> None:
        error: BaseException | None = None
        try:
            async for payload in source:
                self._remember(payload)
                for subscriber in tuple(self._subscribers):
                    subscriber.put(payload)
        except RefusedError as refused:
            error = refused
        except Exception as unexpected:
            _log.exception("a subscription failed")
            error = unexpected
        finally:
            self._retire()
            if close := getattr(source, "aclose", None):
                await close()
            for subscriber in tuple(self._subscribers):
                subscriber.end(error)

    def _remember(self, payload: bytes) -> None:
        if self.history is None:
            return
        self.history.append(payload)
        if len(self.history) >= _HISTORY:  # a newcomer could miss something: it starts its own
            self.history = None
            self._retire()

    def _retire(self) -> None:
        if self.joinable:
            self.joinable = False
            self._ended(self)


class Sharing:
    """All running subscriptions of this process, by what they are."""

    def __init__(self, engine: Engine, services: HubServices) -> None:
        self._engine = engine
        self._services = services
        self._running: dict[Key, Shared] = {}

    @property
    def running(self) -> int:
        """How many executions can be joined."""
        return len(self._running)

    async def payloads(self, request: GraphQLRequest, viewer: Viewer) -> AsyncGenerator[bytes, None]:
        """The payloads for one subscriber; leaves the shared execution when closed."""
        shared = self._shared(request, viewer)
        subscriber = shared.join()
        try:
            async for payload in subscriber.payloads():
                yield payload
        finally:
            shared.leave(subscriber)

    def _shared(self, request: GraphQLRequest, viewer: Viewer) -> Shared:
        _, operation, _ = self._engine.prepare(request)
        variables = orjson.dumps(dict(request.variables), option=orjson.OPT_SORT_KEYS)
        key: Key = (request.query, variables, request.operation_name, viewer.scopes)
        if key not in self._running:
            context = RequestContext(self._services, Viewer("subscription", viewer.scopes))
            source = self._engine.stream(request, context)
            self._running[key] = Shared(
                source, replays=_resumes(operation, request), ended=lambda shared: self._forget(key, shared)
            )
        return self._running[key]

    def _forget(self, key: Key, shared: Shared) -> None:
        if self._running.get(key) is shared:
            del self._running[key]


def lagging_payload() -> bytes:
    """What a subscriber that lost something is told."""
    text = "this subscriber reads too slowly; subscribe again with after: the last cursor it got"
    return encode(None, [coded(text, Code.SLOW)])


def _resumes(operation: OperationDefinitionNode, request: GraphQLRequest) -> bool:
    """Whether the subscription starts at a cursor, so that a newcomer needs what was sent before it."""
    for node in operation.selection_set.selections:
        arguments = node.arguments if isinstance(node, FieldNode) else None
        if arguments is None:
            return True  # inside a fragment: take it for one that does
        for argument in arguments:
            if argument.name.value != "after" or isinstance(argument.value, NullValueNode):
                continue
            if isinstance(argument.value, VariableNode):
                return _has_value(argument.value.name.value, operation, request)
            return True
    return False


def _has_value(name: str, operation: OperationDefinitionNode, request: GraphQLRequest) -> bool:
    """Whether the variable is more than null: given so, or by its default."""
    if name in request.variables:
        return request.variables[name] is not None
    defaults = (
        d.default_value for d in operation.variable_definitions or () if d.variable.name.value == name
    )
    return any(value is not None and not isinstance(value, NullValueNode) for value in defaults)
