"""One plugin's part, looked at alone: the fields it adds to the core's types, and the types it brings."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

import strawberry
from incident_hub_hookspecs import GraphQLPart
from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField

from incident_hub.api.graphql.assembly import Added, Assembly, Roots
from incident_hub.api.graphql.plugins.names import is_name, root_field

__all__ = ["BadPartError", "Part", "examine"]


class BadPartError(Exception):
    """The part is not what the contract says."""


@dataclass(frozen=True, slots=True)
class Part:
    """`added` are fields by the core type that gets them, `types` the definitions it brings by name."""

    plugin: str
    field: str
    given: GraphQLPart
    added: Added
    types: Mapping[str, object]


def examine(plugin: str, given: GraphQLPart) -> Part:
    """Build the part without the core, which shows every name it brings; raises what strawberry raises."""
    field = root_field(plugin)
    if not is_name(field):
        raise BadPartError(f"`{field}` cannot be the name of a GraphQL field")
    added = _added(plugin, field, given)
    alone = Assembly(_ALONE, {f"_{core}": parts for core, parts in added.items()})
    known = alone.schema_converter.type_map
    types = {name: one.definition for name, one in known.items() if name not in _OWN}
    return Part(plugin, field, given, added, types)


def _added(plugin: str, field: str, given: GraphQLPart) -> Added:
    """Query and Mutation show an object made for the request, Incident what the plugin loads for it."""
    kinds: dict[str, tuple[str, Any]] = {
        "Query": ("query", given.query),
        "Mutation": ("mutation", given.mutation),
    }
    if given.incident is not None:
        kinds["Incident"] = ("incident.kind", given.incident.kind)
    added = {}
    for core, (word, kind) in kinds.items():
        if kind is not None:
            _check(word, kind, made_by_us=core != "Incident")
            shown = strawberry.field(name=field, default=None, description=f"What the plugin {plugin} adds.")
            added[core] = _held({"__annotations__": {field: kind | None}, field: shown})
    if given.subscription is not None:
        followed = strawberry.subscription(
            resolver=given.subscription, name=field, description=f"What the plugin {plugin} tells."
        )
        added["Subscription"] = _held({field: followed})
    return added


def _check(word: str, kind: Any, *, made_by_us: bool) -> None:  # noqa: ANN401 - what a plugin gave
    definition = get_object_definition(kind)
    if definition is None or definition.is_input or definition.is_interface:
        raise BadPartError(f"`{word}` must be a class made with @strawberry.type, got {kind!r}")
    needed = [
        f.name for f in fields(kind) if f.init and f.default is MISSING and f.default_factory is MISSING
    ]
    if made_by_us and needed:
        raise BadPartError(f"`{word}`: the hub makes it without values, so `{needed[0]}` needs a default")


def _held(space: dict[str, Any]) -> list[StrawberryField]:
    """Let strawberry make a field of it, as it would of an attribute of a class."""
    holder = strawberry.type(type("Added", (), space))
    return get_object_definition(holder, strict=True).fields


@strawberry.type(name="_Incident")
class _Incident:
    nothing: str | None = None


@strawberry.type(name="_Query")
class _Query:
    incident: _Incident | None = None


@strawberry.type(name="_Mutation")
class _Mutation:
    nothing: str | None = None


@strawberry.type(name="_Subscription")
class _Subscription:
    @strawberry.subscription
    async def nothing(self) -> AsyncGenerator[str, None]:
        """Stands for the core's subscriptions."""
        yield ""


_ALONE = Roots(_Query, _Mutation, _Subscription)
_OWN = frozenset({"_Incident", "_Query", "_Mutation", "_Subscription"})
