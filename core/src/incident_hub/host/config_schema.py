"""JSON schema of configuration classes, saying what `config_tree.build` accepts."""

import inspect
import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from incident_hub_hookspecs.settings import Setting

from incident_hub.host.config_tree import key_of, settings_of

__all__ = ["DIALECT", "Schema", "SchemaBuilder"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
_REFERENCE = "reference"
_TYPES = {str: "string", Path: "string", int: "integer", float: "number", bool: "boolean"}


class SchemaBuilder:
    """Collects the classes it meets as definitions, so that one may hold itself."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {
            _REFERENCE: {
                "description": "Stands for a secret: an environment variable, or a file beside the configuration.",
                "type": "object",
                "oneOf": [{"required": ["$env"]}, {"required": ["$file"]}],
                "properties": {"$env": {"type": "string"}, "$file": {"type": "string"}},
                "maxProperties": 1,
            }
        }

    def document(self, schema: Schema, title: str) -> Schema:
        """The schema as a document of its own."""
        return {"$schema": DIALECT, "title": title, **schema, "$defs": self.definitions}

    def of_class(self, cls: type[Any]) -> Schema:
        """A reference to the class's definition."""
        name = f"{cls.__module__}.{cls.__qualname__}".replace("/", "_")
        if name not in self.definitions:
            self.definitions[name] = {}  # so that it may hold itself
            self.definitions[name] = self.mapping(cls)
        return {"$ref": f"#/$defs/{name}"}

    def mapping(self, cls: type[Any]) -> Schema:
        """The class's keys; nothing may stand for all of its defaults."""
        known, hints = settings_of(cls), get_type_hints(cls)
        own = [item for item in fields(cls) if not known[key_of(item.name)].rest]
        schema: Schema = {
            "type": ["object", "null"],
            "properties": {
                key_of(item.name): self._field(item, hints[item.name], known[key_of(item.name)])
                for item in own
            },
            "additionalProperties": len(own) < len(known),
        }
        if told := _docstring(cls):
            schema["description"] = told
        if required := [key_of(item.name) for item in own if _needed(item)]:
            schema.update(required=required, type="object")
        return schema

    def _field(self, item: "Field[Any]", kind: object, said: Setting) -> Schema:
        schema = self.of(kind, said)
        if said.description:
            schema["description"] = said.description
        if said.secret:
            schema["writeOnly"] = True
        elif (default := _plain(item.default)) is not MISSING:
            schema["default"] = default
        return schema

    def of(self, kind: Any, said: Setting) -> Schema:  # noqa: ANN401 - any annotation
        """What a value of this type may be."""
        origin = get_origin(kind)
        if origin in (types.UnionType, Union):
            wanted = next(one for one in get_args(kind) if one is not types.NoneType)
            return {"anyOf": [self.of(wanted, said), {"type": "null"}]}
        if origin is tuple:
            items = self.of(get_args(kind)[0], Setting(choices=said.choices))
            return {"type": "array", "items": items, **_limits(said, "minItems", "maxItems")}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": ["object", "null"], "additionalProperties": self.of(get_args(kind)[1], Setting())}
        if is_dataclass(kind):
            return self.of_class(kind)  # type: ignore[arg-type] # classes only stand in annotations
        return self._scalar(kind, said) if kind in _TYPES else {}

    def _scalar(self, kind: type[Any], said: Setting) -> Schema:
        schema: Schema = {"type": _TYPES[kind]}
        if said.choices:
            schema["enum"] = list(said.choices)
        if kind in (int, float):
            free = {"exclusiveMinimum": 0} if said.least == -math.inf else {}
            return {**schema, **free, **_limits(said, "minimum", "maximum")}
        if kind is str:
            schema.update(_limits(said, "minLength", "maxLength"))
        return schema if kind is bool else {"anyOf": [schema, {"$ref": f"#/$defs/{_REFERENCE}"}]}


def _limits(said: Setting, least: str, most: str) -> Schema:
    bounds = {least: said.least, most: said.most}
    whole = least != "minimum"
    return {
        name: math.ceil(bound) if whole else bound for name, bound in bounds.items() if math.isfinite(bound)
    }


def _needed(item: "Field[Any]") -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def _plain(default: object) -> object:
    """A default as JSON; `MISSING` when there is none, or it shows in its own keys' defaults."""
    if isinstance(default, Enum):
        return default.value
    if isinstance(default, Path):
        return str(default)
    if isinstance(default, tuple):
        items = [_plain(one) for one in default]
        return MISSING if MISSING in items else items
    return default if default is None or isinstance(default, str | int | float) else MISSING


def _docstring(cls: type[Any]) -> str:
    """The class's own words; a dataclass without any has its signature there."""
    told = inspect.cleandoc(cls.__doc__ or "")
    return "" if told.startswith(f"{cls.__name__}(") else told
