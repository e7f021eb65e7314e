"""The JSON schema of playbooks, for editors: what `read_document` accepts."""

from dataclasses import fields, is_dataclass
from typing import Any

from incident_hub.domain.playbooks.model import Playbook, Step
from incident_hub.host.config_schema import Schema, SchemaBuilder
from incident_hub.host.registry import Registry
from incident_hub.response.playbooks.builtin import BUILTIN

__all__ = ["playbook_schema"]


class _Builder(SchemaBuilder):
    """No secrets stand in a playbook, so nothing stands for one; a text may be an expression."""

    def __init__(self) -> None:
        super().__init__()
        self.definitions.clear()

    def _scalar(self, kind: type[Any], said: Any) -> Schema:  # noqa: ANN401 - as the base class
        schema = super()._scalar(kind, said)
        plain: Schema = schema["anyOf"][0] if "anyOf" in schema else schema
        return plain


def playbook_schema(registry: Registry) -> Schema:
    """The schema, with the actions of the registry's plugins and the parameters that they declare."""
    builder = _Builder()
    schema = builder.mapping(Playbook)
    parameters: dict[str, type[Any] | None] = dict(BUILTIN)
    parameters |= {name: one.parameters for name, (_, one) in sorted(registry.actions.items())}
    step = builder.definitions[f"{Step.__module__}.{Step.__qualname__}"]
    step["properties"]["action"]["enum"] = list(parameters)
    step["allOf"] = [
        {
            "if": {"properties": {"action": {"const": name}}, "required": ["action"]},
            "then": {"properties": {"params": _filled_in(builder, cls)}},
        }
        for name, cls in parameters.items()
        if cls is not None and is_dataclass(cls) and fields(cls)
    ]
    return builder.document(schema, "playbook")


def _filled_in(builder: _Builder, cls: type[Any]) -> Schema:
    """The class's keys; any value may be an expression instead."""
    schema = builder.mapping(cls)
    expression = {"type": "string", "pattern": r"\{\{"}
    schema["properties"] = {
        key: {
            "anyOf": [one, expression],
            **({"description": one["description"]} if "description" in one else {}),
        }
        for key, one in schema["properties"].items()
    }
    return schema
