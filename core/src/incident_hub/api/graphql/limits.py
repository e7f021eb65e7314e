"""What a document would cost, in one pass that is linear in its size.

Fragments are measured once each and remembered, so that a document whose fragments double at every
step is refused in milliseconds. The pass runs before validation, so it meets unknown names and
cycles: what it does not know it leaves to validation, which follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)

from incident_hub.api.graphql.errors import Code, RefusedError, bad_input, coded
from incident_hub.api.graphql.paging import LARGEST, PAGE
from incident_hub.host.config import GraphQLConfig

__all__ = ["Cost", "Meter", "check"]

_CAP = 10**12
_LEVELS = 64
_UNPAGED = 10  # what a list without a page size is taken for
_ROOT_FIELDS = 20
_DIRECTIVES = 50
_SIZES = ("first", "last")


class Cost(NamedTuple):
    """What a selection asks for. `fields` is how many values the answer can hold."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    directives: int = 0
    width: int = 0


@dataclass(slots=True)
class Meter:
    """Measures the operations of one document; `seen` are the variables used as page sizes."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    seen: set[str]
    memo: dict[str, Cost]

    @classmethod
    def of(cls, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> "Meter":
        """A meter for the document."""
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        return cls(schema, fragments, variables, set(), {})

    def measure(self, operation: OperationDefinitionNode) -> Cost:
        """What the operation asks for."""
        root = self.schema.get_root_type(operation.operation)
        return self._selection(operation.selection_set, root, frozenset(), 0)

    def _selection(
        self, node: SelectionSetNode, parent: GraphQLNamedType | None, stack: frozenset[str], level: int
    ) -> Cost:
        if level > _LEVELS:
            raise RefusedError([coded(f"the document nests deeper than {_LEVELS}", Code.COMPLEX)])
        depth = aliases = fields = directives = width = 0
        for item in node.selections:
            if isinstance(item, FieldNode):
                found = self._field(item, parent, stack, level)
            elif isinstance(item, InlineFragmentNode):
                condition = item.type_condition
                inner = self.schema.get_type(condition.name.value) if condition else parent
                found = self._selection(item.selection_set, inner, stack, level + 1)
            else:
                found = self._spread(item.name.value, stack, level)  # type: ignore[attr-defined]
            depth = max(depth, found.depth)
            aliases, fields, width = aliases + found.aliases, fields + found.fields, width + found.width
            directives += found.directives + len(item.directives or ())
        return Cost(depth, min(aliases, _CAP), min(fields, _CAP), min(directives, _CAP), min(width, _CAP))

    def _spread(self, name: str, stack: frozenset[str], level: int) -> Cost:
        if name in stack or name not in self.fragments:
            return Cost()
        if name not in self.memo:
            fragment = self.fragments[name]
            inner = self.schema.get_type(fragment.type_condition.name.value)
            self.memo[name] = self._selection(fragment.selection_set, inner, stack | {name}, level + 1)
        return self.memo[name]

    def _field(
        self, node: FieldNode, parent: GraphQLNamedType | None, stack: frozenset[str], level: int
    ) -> Cost:
        name, alias = node.name.value, int(node.alias is not None)
        if node.selection_set is None:
            return Cost(1, alias, 1, 0, 1)
        field = parent.fields.get(name) if isinstance(parent, GraphQLObjectType) else None
        kind = get_named_type(field.type) if field else self.schema.get_type(_META.get(name, ""))
        inner = self._selection(node.selection_set, kind, stack, level + 1)
        meta = kind is not None and kind.name.startswith("__")
        times = 1 if meta or field is None or parent is None else self._times(node, field, parent)
        depth = 0 if meta else inner.depth + 1
        return Cost(depth, inner.aliases + alias, 1 + times * inner.fields, inner.directives, 1)

    def _times(self, node: FieldNode, field: GraphQLField, parent: GraphQLNamedType) -> int:
        """How many objects the field may return: its page size, or a guess for a list without one."""
        for argument in node.arguments or ():
            if argument.name.value in _SIZES and argument.name.value in field.args:
                return self._size(argument.value, argument.name.value)
        for name in _SIZES:
            if name in field.args:
                default = field.args[name].default_value
                return default if isinstance(default, int) else PAGE
        listed = is_list_type(get_nullable_type(field.type)) and not is_leaf_type(get_named_type(field.type))
        return _UNPAGED if listed and not parent.name.endswith("Connection") else 1

    def _size(self, value: object, name: str) -> int:
        size: object = PAGE
        if isinstance(value, IntValueNode):
            size = int(value.value) if len(value.value) < 10 else LARGEST + 1
        elif isinstance(value, VariableNode):
            self.seen.add(value.name.value)
            size = self.variables.get(value.name.value, PAGE)
        if not isinstance(size, int) or isinstance(size, bool):
            return LARGEST  # null, or of a wrong type: validation and coercion say so
        if not 1 <= size <= LARGEST:
            raise RefusedError([bad_input(f"{name} must be between 1 and {LARGEST}")])
        return size


_META = {"__schema": "__Schema", "__type": "__Type"}


def check(cost: Cost, limits: GraphQLConfig) -> None:
    """Refuse what goes over a limit, saying which and by how much."""
    rules: tuple[tuple[str, int, int], ...] = (
        ("depth", cost.depth, limits.max_depth),
        ("aliases", cost.aliases, limits.max_aliases),
        ("cost", cost.fields, limits.max_cost),
        ("directives", cost.directives, _DIRECTIVES),
        ("root fields", cost.width, _ROOT_FIELDS),
    )
    over = [
        coded(f"the document asks for too much: {name} {asked}, at most {most}", Code.COMPLEX)
        for name, asked, most in rules
        if asked > most
    ]
    if over:
        raise RefusedError(over)
