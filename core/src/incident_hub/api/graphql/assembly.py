"""A strawberry schema to whose types fields can be added without touching the classes they were made from."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from incident_hub.api.graphql.scalars import SCALARS

__all__ = ["Added", "Assembly", "Roots"]

Added = Mapping[str, Sequence[StrawberryField]]


class Roots(NamedTuple):
    """Where a schema begins."""

    query: type[Any]
    mutation: type[Any]
    subscription: type[Any]


class Assembly(strawberry.Schema):
    """`added` are more fields for types, by the type's name."""

    def __init__(self, roots: Roots, added: Added) -> None:
        self._added = added
        config = StrawberryConfig(disable_field_suggestions=True, scalar_map=SCALARS, relay_max_results=100)
        super().__init__(
            query=roots.query, mutation=roots.mutation, subscription=roots.subscription, config=config
        )

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """The type's own fields, then the added ones."""
        return [*type_definition.fields, *self._added.get(type_definition.name, ())]
