"""A GraphQL subscription of a test: what happens from here on, through cuts of the connection."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Self, TypeVar

from graphql import (
    ArgumentNode,
    DefinitionNode,
    DocumentNode,
    FieldNode,
    NameNode,
    Node,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    parse,
    print_ast,
)

from incident_hub.testing.socket import InProcessSocket, SocketClosedError

__all__ = ["GraphQLFailedError", "Subscription"]

N = TypeVar("N", bound=Node)
_CURSOR = "hubCursor"


class GraphQLFailedError(AssertionError):
    """GraphQL answered with errors; `errors` has them as they came."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("; ".join(str(error.get("message")) for error in errors))
        self.errors = errors


class Subscription:
    """An async iterator over the data of each payload, by graphql-transport-ws.

    Where the field takes `after`, it begins at `after`, misses nothing that happens once it was made, and goes
    on behind the last payload when the connection is cut.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[InProcessSocket]],
        query: str,
        variables: Mapping[str, Any],
        after: str | None,
    ) -> None:
        self._connect, self._query, self._variables = connect, query, variables
        self._after = after
        self._socket: InProcessSocket | None = None

    def __aiter__(self) -> Self:
        """Itself."""
        return self

    async def __anext__(self) -> dict[str, Any]:
        """The next payload's data; raises `GraphQLFailedError` for errors."""
        while True:
            if self._socket is None:
                await self._subscribe()
            try:
                return await self._next()
            except SocketClosedError:
                if self._after is None:
                    raise
                await self.drop()

    async def drop(self) -> None:
        """Cut the connection, as a network does; the next step connects anew."""
        if self._socket is not None:
            socket, self._socket = self._socket, None
            await socket.close()

    async def _subscribe(self) -> None:
        socket = await self._connect()
        self._socket = socket
        socket.send({"type": "connection_init"})
        await socket.receive()
        query = self._query if self._after is None else _resuming(self._query, self._after)
        payload = {"query": query, "variables": self._variables}
        socket.send({"id": "1", "type": "subscribe", "payload": payload})

    async def _next(self) -> dict[str, Any]:
        while self._socket is not None:
            message = await self._socket.receive()
            if message["type"] == "next":
                return self._noted(message["payload"])
            if message["type"] == "error":
                raise GraphQLFailedError(message["payload"])
            if message["type"] == "complete":
                break
        raise StopAsyncIteration

    def _noted(self, payload: dict[str, Any]) -> dict[str, Any]:
        if payload.get("errors"):
            raise GraphQLFailedError(payload["errors"])
        data: dict[str, Any] = payload["data"]
        for value in data.values():
            with suppress(AttributeError, KeyError, TypeError):
                self._after = value.pop(_CURSOR)
        return data


def _resuming(query: str, after: str) -> str:
    """The document with `after` as the root field's argument, and its cursor among what is selected."""
    document = parse(query)
    parts = [_resumed(part, after) for part in document.definitions]
    return print_ast(DocumentNode(definitions=tuple(parts)))


def _resumed(part: DefinitionNode, after: str) -> DefinitionNode:
    if not isinstance(part, OperationDefinitionNode) or part.operation is not OperationType.SUBSCRIPTION:
        return part
    fields = [_resumed_field(one, after) for one in part.selection_set.selections]
    return _changed(part, selection_set=SelectionSetNode(selections=tuple(fields)))


def _resumed_field(field: SelectionNode, after: str) -> SelectionNode:
    if not isinstance(field, FieldNode) or field.selection_set is None:
        return field
    others = [one for one in field.arguments or () if one.name.value != "after"]
    value = ArgumentNode(name=NameNode(value="after"), value=StringValueNode(value=after))
    cursor = FieldNode(
        alias=NameNode(value=_CURSOR), name=NameNode(value="cursor"), arguments=(), directives=()
    )
    chosen = SelectionSetNode(selections=(*field.selection_set.selections, cursor))
    return _changed(field, arguments=(*others, value), selection_set=chosen)


def _changed(node: N, **changes: object) -> N:
    """A copy: nodes cannot be changed."""
    kept = {key: getattr(node, key) for key in node.keys if key != "loc"}
    return type(node)(**{**kept, **changes})
