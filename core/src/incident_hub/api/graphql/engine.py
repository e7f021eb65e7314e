"""Runs operations: prepared documents, a deadline, answers as bytes."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

import orjson
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute,
    subscribe,
)

from incident_hub.api.graphql.context import RequestContext
from incident_hub.api.graphql.documents import Documents, Prepared
from incident_hub.api.graphql.errors import Code, RefusedError, bad_input, coded, shown
from incident_hub.api.graphql.plugins.owners import Owners
from incident_hub.host.config import GraphQLConfig

__all__ = ["Answer", "Engine", "GraphQLRequest", "encode"]

_STATUS = {Code.UNAVAILABLE: 503, Code.TIMEOUT: 504, Code.INTERNAL: 500}


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What a client sent."""

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer's body and HTTP status."""

    body: bytes
    status: int = 200


class Engine:
    """One a schema; knows nothing of HTTP or WebSockets."""

    def __init__(self, schema: GraphQLSchema, limits: GraphQLConfig, owners: Owners) -> None:
        self.schema = schema
        self._owners = owners
        self._limits = limits
        self._documents = Documents(schema, limits)

    def prepare(self, request: GraphQLRequest) -> tuple[Prepared, OperationDefinitionNode, int]:
        """The document, its operation and cost, or `RefusedError`."""
        return self._documents.prepare(request.query, request.operation_name, request.variables)

    async def run(self, request: GraphQLRequest, context: RequestContext) -> Answer:
        """Answer a query or a mutation."""
        try:
            prepared, operation, cost = self.prepare(request)
            if operation.operation is OperationType.SUBSCRIPTION:
                raise RefusedError(
                    [bad_input("a subscription needs graphql-transport-ws or text/event-stream")]
                )
        except RefusedError as refused:
            return Answer(encode(None, refused.errors), refused.status)
        result = await self._execute(prepared, request, context)
        errors = self._shown(prepared, result)
        return Answer(encode(result.data, errors, cost), _status(result.data, errors))

    async def _execute(
        self, prepared: Prepared, request: GraphQLRequest, context: RequestContext
    ) -> ExecutionResult:
        try:
            async with asyncio.timeout(self._limits.deadline_seconds) as context.deadline:
                found = execute(
                    self.schema,
                    prepared.document,
                    context_value=context,
                    variable_values=dict(request.variables),
                    operation_name=request.operation_name,
                    hide_suggestions=True,
                )
                result: ExecutionResult = await found if isawaitable(found) else found
                return result
        except TimeoutError:
            text = f"the answer took longer than {self._limits.deadline_seconds:g} s"
            return ExecutionResult(None, [coded(text, Code.TIMEOUT)])

    async def stream(self, request: GraphQLRequest, context: RequestContext) -> AsyncIterator[bytes]:
        """The payloads of a subscription; raises `RefusedError` when it cannot start."""
        prepared, _, _ = self.prepare(request)
        found = subscribe(
            self.schema,
            prepared.document,
            context_value=context,
            variable_values=dict(request.variables),
            operation_name=request.operation_name,
            hide_suggestions=True,
        )
        source = await found if isawaitable(found) else found
        if isinstance(source, ExecutionResult):
            errors = self._shown(prepared, source)
            raise RefusedError(errors, _status(None, errors))
        try:
            async for result in source:
                yield encode(result.data, self._shown(prepared, result))
        except Exception as error:
            located = GraphQLError(str(error), path=["subscription"], original_error=error)
            raise RefusedError([shown(error if isinstance(error, GraphQLError) else located)]) from error
        finally:
            if close := getattr(source, "aclose", None):
                await close()

    def _shown(self, prepared: Prepared, result: ExecutionResult) -> list[GraphQLError]:
        owner = self._owners.of
        return [shown(error, owner(prepared.document, error)) for error in result.errors or ()]


def encode(data: object, errors: list[GraphQLError], cost: int | None = None) -> bytes:
    """One GraphQL response as JSON."""
    response: dict[str, object] = {"data": data}
    if errors:
        response["errors"] = [error.formatted for error in errors]
    if cost is not None:
        response["extensions"] = {"cost": cost}
    try:
        return orjson.dumps(response, default=str)
    except TypeError:  # text with half a character: no source of ours has any, a plugin's may
        return orjson.dumps(_writable(response), default=str)


def _writable(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {name: _writable(part) for name, part in value.items()}
    return [_writable(part) for part in value] if isinstance(value, list) else value


def _status(data: object, errors: list[GraphQLError]) -> int:
    """200 as long as there is an answer; a database that is gone always shows."""
    codes = {(error.extensions or {}).get("code") for error in errors}
    if Code.UNAVAILABLE in codes:
        return 503
    if data is not None or not errors:
        return 200
    return next((status for code, status in _STATUS.items() if code in codes), 400)
