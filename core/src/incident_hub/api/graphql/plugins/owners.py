"""Whose field an error is: found from the document, and only once there is an error."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    visit,
)

__all__ = ["Owners"]


class Owners:
    """`names` are those of types (`GeoSite`) and of fields of core types (`Query.geo`), with their plugins."""

    def __init__(self, schema: GraphQLSchema, names: Mapping[str, str]) -> None:
        self.names = names
        self._schema = schema

    def of(self, document: DocumentNode, error: GraphQLError) -> str:
        """The plugin whose field went wrong; empty when it is the core's."""
        if not self.names or not error.nodes:
            return ""
        info = TypeInfo(self._schema)
        finder = _Finder(info, error.nodes[0])
        visit(document, TypeInfoVisitor(info, finder))
        return self.names.get(finder.parent) or self.names.get(finder.field, "")


class _Finder(Visitor):
    def __init__(self, info: TypeInfo, wanted: object) -> None:
        super().__init__()
        self.parent = self.field = ""
        self._info = info
        self._wanted = wanted

    def enter_field(self, node: FieldNode, *_: Any) -> Any:  # noqa: ANN401 - the library's signature
        """Note the type around the wanted field, and look no further."""
        if node is not self._wanted:
            return None
        parent = self._info.get_parent_type()
        self.parent = parent.name if parent else ""
        self.field = f"{self.parent}.{node.name.value}"
        return self.BREAK
