"""The schema: one object for the server, one text for the file in the repository."""

from functools import lru_cache

import strawberry
from strawberry.schema.config import StrawberryConfig

from incident_hub.api.graphql.fields import speed_up
from incident_hub.api.graphql.mutation import Mutation
from incident_hub.api.graphql.query import Query
from incident_hub.api.graphql.scalars import SCALARS
from incident_hub.api.graphql.subscription import Subscription

__all__ = ["build_schema", "export_sdl"]


@lru_cache(maxsize=1)
def build_schema() -> strawberry.Schema:
    """The schema with plain resolvers; built once a process."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        config=StrawberryConfig(disable_field_suggestions=True, scalar_map=SCALARS, relay_max_results=100),
    )
    speed_up(schema._schema)
    return schema


def export_sdl() -> str:
    """The schema as text, the same on every run."""
    return build_schema().as_str().rstrip() + "\n"
