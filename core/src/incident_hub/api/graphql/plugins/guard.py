"""Plugins' resolvers run behind the dispatcher, and see who asks but nothing of the hub."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from functools import partial
from inspect import isawaitable, iscoroutinefunction
from typing import Any

import orjson
from graphql import GraphQLError, GraphQLField, GraphQLObjectType, GraphQLScalarType, GraphQLSchema

from incident_hub.api.graphql.errors import PASSING, plugin_error
from incident_hub.api.graphql.plugins.part import Part

__all__ = ["THREADS", "guard"]

THREADS = 6  # of a plugin's blocking resolvers at once; its other calls have room beside them
_Resolve = Callable[..., Any]


def guard(schema: GraphQLSchema, parts: list[Part], owners: Mapping[str, str]) -> None:
    """Put a guard before each resolver of the parts."""
    threads = {part.plugin: asyncio.Semaphore(THREADS) for part in parts}
    for part in parts:
        _connect(schema, part)
    for name, plugin in owners.items():
        kind = schema.type_map.get(name)
        if isinstance(kind, GraphQLObjectType):
            for field in kind.fields.values():
                _guard_field(field, plugin, threads[plugin])
        elif isinstance(kind, GraphQLScalarType):
            _write_early(kind, plugin)


def _connect(schema: GraphQLSchema, part: Part) -> None:
    """Give the fields of the core's types their resolvers."""
    given, plugin = part.given, part.plugin
    for root, kind in ((schema.query_type, given.query), (schema.mutation_type, given.mutation)):
        if root is not None and kind is not None:
            root.fields[part.field].resolve = partial(_root, plugin, kind)
    if given.incident is not None:
        incident: Any = schema.type_map["Incident"]
        incident.fields[part.field].resolve = partial(_of_incident, plugin, given.incident.load)
    if given.subscription is not None and schema.subscription_type is not None:
        field = schema.subscription_type.fields[part.field]
        if field.subscribe is not None:
            field.subscribe = _followed(plugin, field.subscribe)


def _root(plugin: str, kind: type[Any], _source: object, info: Any) -> object:  # noqa: ANN401 - the library's
    return info.context.plugins.root(plugin, kind)


def _of_incident(plugin: str, load: _Resolve, row: Any, info: Any) -> object:  # noqa: ANN401
    return info.context.plugins.load(plugin, load, row)


def _guard_field(field: GraphQLField, plugin: str, threads: asyncio.Semaphore) -> None:
    definition = field.extensions.get("strawberry-definition")
    resolve = field.resolve
    if resolve is None or definition is None:
        return
    if definition.is_basic_field:
        field.resolve = _no_exit(plugin, resolve)
    elif iscoroutinefunction(resolve):
        field.resolve = partial(_awaited, plugin, resolve)
    else:
        field.resolve = partial(_threaded, plugin, resolve, threads)


async def _awaited(
    plugin: str,
    resolve: _Resolve,
    source: object,
    info: Any,  # noqa: ANN401
    /,
    **given: object,
) -> object:
    async def call() -> object:
        try:
            return await resolve(source, _narrow(info), **given)
        except GraphQLError as refusal:
            return _Refusal(refusal)

    return _value(plugin, await info.context.plugins.ask(plugin, call))


async def _threaded(
    plugin: str,
    resolve: _Resolve,
    threads: asyncio.Semaphore,
    source: object,
    info: Any,  # noqa: ANN401
    /,
    **given: object,
) -> object:
    def call() -> object:
        try:
            return resolve(source, _narrow(info), **given)
        except GraphQLError as refusal:
            return _Refusal(refusal)

    async with threads:
        return _value(plugin, await info.context.plugins.ask(plugin, call))


class _Refusal:
    """What a resolver told the client on purpose: an answer, not a fault of the plugin."""

    def __init__(self, error: GraphQLError) -> None:
        self.error = error


def _value(plugin: str, answer: object) -> object:
    if isinstance(answer, _Refusal):
        raise plugin_error(plugin, answer.error)
    return answer


def _narrow(info: Any) -> Any:  # noqa: ANN401
    return info._replace(context=info.context.plugins.asker)


def _followed(plugin: str, subscribe: _Resolve) -> _Resolve:
    """The plugin's stream; its errors are named, and one that never waits still lets others run."""

    async def follow(source: object, info: Any, /, **given: object) -> AsyncIterator[object]:  # noqa: ANN401
        try:
            stream = subscribe(source, _narrow(info), **given)
            stream = await stream if isawaitable(stream) else stream
            async with aclosing(stream) as opened:
                async for one in opened:
                    info.context.refresh()
                    yield one
                    await asyncio.sleep(0)
        except (*PASSING, GeneratorExit):
            raise
        except BaseException as error:  # the boundary: a plugin may raise anything
            raise plugin_error(plugin, error) from error

    return follow


def _no_exit(plugin: str, function: _Resolve) -> _Resolve:
    """What the library catches passes; a plugin's SystemExit would end the hub."""

    def call(*given: object) -> object:
        try:
            return function(*given)
        except (*PASSING, Exception):
            raise
        except BaseException as error:  # the boundary, as above
            raise plugin_error(plugin, error) from error

    return call


def _write_early(kind: GraphQLScalarType, plugin: str) -> None:
    """A value that JSON cannot hold is an error of its field, not of the whole answer."""
    coerce = _no_exit(plugin, kind.coerce_output_value)

    def written(value: object) -> orjson.Fragment:
        return orjson.Fragment(orjson.dumps(coerce(value), default=str))

    kind.coerce_output_value = written
