"""Documents, made ready once: parsed, measured, validated, and kept in a bounded memory."""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from graphql import (
    ConstValueNode,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    IntValueNode,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from incident_hub.api.graphql.errors import Code, RefusedError, bad_input, coded
from incident_hub.api.graphql.limits import Meter, check
from incident_hub.host.config import GraphQLConfig

__all__ = ["Documents", "Prepared"]

_KEPT = 512
_LONGEST_KEPT = 16_384
_COSTS_KEPT = 64
_ERRORS = 5
_RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The latest used entries, up to a number."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The entry, which counts as used now."""
        if (found := self._entries.get(key)) is not None:
            self._entries.move_to_end(key)
        return found

    def put(self, key: K, value: V) -> None:
        """Keep the entry and let go of the one unused for longest."""
        self._entries[key] = value
        if len(self._entries) > self._most:
            self._entries.popitem(last=False)


@dataclass(slots=True)
class Prepared:
    """A document that may run. `sizes` are the variables that decide what an operation costs."""

    document: DocumentNode
    operations: dict[str, OperationDefinitionNode]
    sizes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    costs: Recent[tuple[Any, ...], int] = field(default_factory=lambda: Recent(_COSTS_KEPT))

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The named operation, or the only one."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is not None and name in self.operations:
            return self.operations[name]
        raise RefusedError([bad_input("operationName must name one of the document's operations")])


class Documents:
    """Turns text into what can be executed, or raises `RefusedError`."""

    def __init__(self, schema: GraphQLSchema, limits: GraphQLConfig) -> None:
        self._schema = schema
        self._limits = limits
        self._kept: Recent[str, Prepared] = Recent(_KEPT)

    def prepare(
        self, query: str, name: str | None, variables: Mapping[str, Any]
    ) -> tuple[Prepared, OperationDefinitionNode, int]:
        """The document, the operation and its cost; refused before validation when it costs too much."""
        known = self._kept.get(query)
        prepared = known or self._read(query)
        operation = prepared.operation(name)
        cost = self._cost(prepared, operation, variables)
        if known is None:
            self._measure_others(prepared, operation, variables)
            self._validate(prepared.document)
            if len(query) <= _LONGEST_KEPT:
                self._kept.put(query, prepared)
        return prepared, operation, cost

    def _read(self, query: str) -> Prepared:
        try:
            document = parse(query, max_tokens=self._limits.max_tokens)
        except GraphQLSyntaxError as error:
            if "max_tokens" in error.message or "tokens" in error.message:
                text = f"the document has more than {self._limits.max_tokens} tokens"
                raise RefusedError([coded(text, Code.COMPLEX)]) from error
            raise RefusedError([_with_code(error, Code.PARSE)]) from error
        found = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        if not found:
            raise RefusedError([coded("the document has no operation", Code.PARSE)])
        return Prepared(document, {d.name.value if d.name else "": d for d in found})

    def _measure_others(
        self, prepared: Prepared, chosen: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> None:
        for operation in prepared.operations.values():
            if operation is not chosen:
                self._cost(prepared, operation, variables)

    def _cost(
        self, prepared: Prepared, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> int:
        name = operation.name.value if operation.name else ""
        sizes = prepared.sizes.get(name)
        if sizes is not None:
            known = prepared.costs.get((name, *(repr(variables.get(size)) for size in sizes)))
            if known is not None:
                return known
        meter = Meter.of(self._schema, prepared.document, {**_defaults(operation), **variables})
        measured = meter.measure(operation)
        check(measured, self._limits)
        sizes = prepared.sizes[name] = tuple(sorted(meter.seen))
        prepared.costs.put((name, *(repr(variables.get(size)) for size in sizes)), measured.fields)
        return measured.fields

    def _validate(self, document: DocumentNode) -> None:
        errors = validate(self._schema, document, _RULES, hide_suggestions=True)
        if errors:
            raise RefusedError([_with_code(error, Code.VALIDATION) for error in errors[:_ERRORS]])


def _with_code(error: GraphQLError, code: str) -> GraphQLError:
    return GraphQLError(
        error.message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        extensions={"code": code},
    )


def _defaults(operation: OperationDefinitionNode) -> dict[str, int]:
    found = {}
    for definition in operation.variable_definitions or ():
        value: ConstValueNode | None = definition.default_value
        if isinstance(value, IntValueNode) and len(value.value) < 10:
            found[definition.variable.name.value] = int(value.value)
    return found
