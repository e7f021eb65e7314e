"""The JSON schemas that people get: of one plugin's options, and of the whole configuration file."""

from collections.abc import Iterable, Mapping
from typing import Any

from incident_hub.host.config import HubConfig
from incident_hub.host.config_schema import Schema, SchemaBuilder
from incident_hub.host.isolation.settings import (
    ISOLATION_KEY,
    LEAST_MEMORY,
    MEMORY_KEY,
    USUAL_MEMORY,
    WAYS,
)
from incident_hub.host.plugin_options import RATE_KEY

__all__ = ["hub_schema", "plugin_schema"]

_OF_THE_HUB: Schema = {
    RATE_KEY: {
        "description": "The hub calls the plugin so often a second at most.",
        "type": "number",
        "exclusiveMinimum": 0,
    },
    ISOLATION_KEY: {
        "description": "Where the plugin runs; `plugin_isolation` says it for those without.",
        "enum": list(WAYS),
    },
    MEMORY_KEY: {
        "description": "The megabytes that a process of its own may take.",
        "type": "integer",
        "minimum": LEAST_MEMORY,
        "default": USUAL_MEMORY,
    },
}


def plugin_schema(name: str, cls: type[Any] | None) -> Schema:
    """What may stand under `plugins.<name>`; without a settings class anything may."""
    builder = SchemaBuilder()
    return builder.document(_options(builder, cls), f"plugins.{name}")


def hub_schema(classes: Mapping[str, type[Any]], names: Iterable[str]) -> Schema:
    """What may stand in the configuration file, with the options of these plugins."""
    builder = SchemaBuilder()
    schema = builder.mapping(HubConfig)
    schema["properties"]["plugins"] = {
        "description": "Options of plugins, by the plugin's name.",
        "type": ["object", "null"],
        "properties": {name: _options(builder, classes.get(name)) for name in names},
        "additionalProperties": {"type": ["object", "null"]},
    }
    return builder.document(schema, "incident-hub.yaml")


def _options(builder: SchemaBuilder, cls: type[Any] | None) -> Schema:
    schema: Schema = {"type": ["object", "null"], "properties": {}} if cls is None else builder.mapping(cls)
    schema["properties"] = {**schema["properties"], **_OF_THE_HUB}
    return schema
