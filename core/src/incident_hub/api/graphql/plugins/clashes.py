"""Who has which name in the schema: a clash is found by name, before anything is built together."""

from graphql import GraphQLInterfaceType, GraphQLObjectType
from strawberry.schema.types.scalar import DEFAULT_SCALAR_REGISTRY
from strawberry.types.enum import StrawberryEnumDefinition

from incident_hub.api.graphql.assembly import Assembly
from incident_hub.api.graphql.plugins.names import type_prefix
from incident_hub.api.graphql.plugins.part import Part

__all__ = ["Taken"]

_CORE = "the core"


class Taken:
    """Names of fields (`Query.health`) and of types, each with its owner."""

    def __init__(self, core: Assembly) -> None:
        self._owners: dict[str, str] = {}
        for kind in core._schema.type_map.values():
            self._owners[kind.name] = _CORE
            if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
                self._owners.update((f"{kind.name}.{field}", _CORE) for field in kind.fields)
        self._known = {name: one.definition for name, one in core.schema_converter.type_map.items()}
        self._common = {id(one) for one in (*self._known.values(), *DEFAULT_SCALAR_REGISTRY.values())}

    def problem(self, part: Part) -> str:
        """What is wrong with the part's names; empty when nothing is."""
        prefix = type_prefix(part.plugin)
        for name in (*self.fields_of(part), *self.types_of(part)):
            word = "field" if "." in name else "type"
            if owner := self._owners.get(name):
                return f"the {word} `{name}` belongs to {owner}"
            if word == "type" and not name.startswith(prefix):
                return f"the type `{name}` must be named `{prefix}...`, after the plugin"
        return ""

    def take(self, part: Part) -> None:
        """The names are the part's from now on."""
        owned = (*self.fields_of(part), *self.types_of(part))
        self._owners.update((name, f"the plugin {part.plugin}") for name in owned)

    def fields_of(self, part: Part) -> list[str]:
        """The fields that the part adds to core types."""
        return [f"{core}.{part.field}" for core in part.added]

    def types_of(self, part: Part) -> list[str]:
        """The types that are the part's own: not a standard scalar, and none that the core shares."""
        return [name for name, definition in part.types.items() if not self._shared(name, definition)]

    def _shared(self, name: str, definition: object) -> bool:
        """An enum of the contract is shared even if the plugin showed it to strawberry itself."""
        known = self._known.get(name)
        if isinstance(definition, StrawberryEnumDefinition) and isinstance(known, StrawberryEnumDefinition):
            if definition.wrapped_cls is known.wrapped_cls:
                definition.description = known.description
            return definition == known
        return id(definition) in self._common
