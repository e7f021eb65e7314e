"""The schema: one object for the server, one text for the file in the repository."""

from typing import NamedTuple

import strawberry

from incident_hub.api.graphql.assembly import Roots
from incident_hub.api.graphql.fields import speed_up
from incident_hub.api.graphql.mutation import Mutation
from incident_hub.api.graphql.plugins.fitting import fit
from incident_hub.api.graphql.plugins.guard import guard
from incident_hub.api.graphql.plugins.owners import Owners
from incident_hub.api.graphql.query import Query
from incident_hub.api.graphql.subscription import Subscription
from incident_hub.api.graphql.types.enums import show_shared_enums
from incident_hub.domain.clock import HubClock
from incident_hub.host.config import HubConfig
from incident_hub.host.discovery import bundled_plugins
from incident_hub.host.handed import Handed
from incident_hub.host.loader import load_plugins
from incident_hub.host.registry import Registry

__all__ = ["BuiltSchema", "build_schema", "export_sdl"]

_ROOTS = Roots(Query, Mutation, Subscription)


class BuiltSchema(NamedTuple):
    """The schema, and whose its parts are."""

    schema: strawberry.Schema
    owners: Owners


def build_schema(registry: Registry | None = None) -> BuiltSchema:
    """The core's schema with the parts of the registry's plugins; a plugin whose part does not fit fails."""
    show_shared_enums()  # a plugin may have given one of them another name
    schema, parts, names = fit(_ROOTS, registry or Registry())
    speed_up(schema._schema)
    guard(schema._schema, parts, names)
    return BuiltSchema(schema, Owners(schema._schema, names))


def export_sdl(registry: Registry | None = None) -> str:
    """The schema as text, the same on every run; by default with the plugins that come with the hub."""
    if registry is None:
        config = HubConfig(plugins_allow=bundled_plugins())
        registry = load_plugins(config, Handed.for_looking(HubClock()))
    return build_schema(registry).schema.as_str().rstrip() + "\n"
