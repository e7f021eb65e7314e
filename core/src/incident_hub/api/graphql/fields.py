"""Fields without a price: what is read off a row needs no resolver of the library."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import strawberry
from graphql import GraphQLEnumType, GraphQLObjectType, GraphQLSchema
from orjson import Fragment

__all__ = ["derived", "resolved", "speed_up", "stored"]

_DERIVE = "incident_hub.derive"


def derived(of: Callable[[Any], object] | str, **options: Any) -> Any:  # noqa: ANN401 - stands for any field
    """A field that is a plain function of its object, or another attribute of it."""
    function = attrgetter(of) if isinstance(of, str) else of
    return strawberry.field(metadata={_DERIVE: function}, **options)


def stored(name: str, **options: Any) -> Any:  # noqa: ANN401 - as above
    """A field with JSON as the database has it: it goes through unread."""
    value = attrgetter(name)
    return derived(lambda row: Fragment(value(row)), **options)


def resolved(resolver: Callable[..., object], kind: Any, **options: Any) -> Any:  # noqa: ANN401 - as above
    """A field that needs the database; the resolver returns rows, which the schema shows as `kind`."""
    return strawberry.field(resolver=resolver, graphql_type=kind, **options)


def speed_up(schema: GraphQLSchema) -> None:
    """Give plain fields plain resolvers, and enums a dictionary instead of a search."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLEnumType) and not kind.name.startswith("__"):
            _quick_enum(kind)
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            _quick_fields(kind)


def _quick_fields(kind: GraphQLObjectType) -> None:
    for field in kind.fields.values():
        definition = field.extensions.get("strawberry-definition")
        if definition is None or not definition.is_basic_field:
            continue
        function = definition.metadata.get(_DERIVE) or attrgetter(definition.python_name)
        field.resolve = _plain(function)


def _plain(function: Callable[[Any], object]) -> Callable[..., object]:
    def resolve(source: Any, _info: object) -> object:  # noqa: ANN401 - any row
        return function(source)

    return resolve


def _quick_enum(kind: GraphQLEnumType) -> None:
    """By value, which is what rows hold; a member of a `StrEnum` is its value, others are kept slow."""
    if not issubclass(getattr(kind, "wrapped_cls", str), str):
        return
    names: Any = {getattr(value.value, "value", value.value): name for name, value in kind.values.items()}
    kind.coerce_output_value = names.__getitem__  # type: ignore[method-assign]
