"""The GraphQL door."""

from incident_hub.api.graphql.app import graphql_app
from incident_hub.api.graphql.schema import build_schema, export_sdl

__all__ = ["build_schema", "export_sdl", "graphql_app"]
