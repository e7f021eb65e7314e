"""Labelled incidents from a file, one JSON object a line.

`{"title", "severity": "P0".."P4"}`, and where known `description`, `source`, `resources`, `provider`,
`model`, `at` (ISO 8601).
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from incident_hub_hookspecs import PluginError, Severity

from incident_hub_classifier_model.bootstrap import WRITTEN
from incident_hub_classifier_model.example import BODY_LIMIT, TITLE_LIMIT, Example
from incident_hub_classifier_model.sample import Sample

__all__ = ["read_labelled"]


def read_labelled(file: Path) -> list[Sample]:
    """The file's incidents; `PluginError` names the line that is wrong."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PluginError(f"{file} cannot be read: {error}") from error
    found = [_sample(file, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise PluginError(f"{file} holds no incident")
    return found


def _sample(file: Path, number: int, line: str) -> Sample:
    try:
        told = json.loads(line)
        severity = Severity(told["severity"]).value
        title = _text(told, "title")
        at = datetime.fromisoformat(_text(told, "at")).astimezone(UTC) if "at" in told else WRITTEN
        resources = tuple(str(one) for one in told.get("resources", ()))
    except KeyError as error:
        raise PluginError(f"{file}: line {number}: {error} is missing") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise PluginError(f"{file}: line {number}: {error}") from error
    texts = [_text(told, name, "") for name in ("description", "source", "provider", "model")]
    body, source, provider, model = texts
    example = Example(title[:TITLE_LIMIT], body[:BODY_LIMIT], source, resources, provider, model, at)
    return Sample(example, severity)


def _text(told: dict[str, Any], name: str, usual: str | None = None) -> str:
    value = told[name] if usual is None else told.get(name, usual)
    if not isinstance(value, str):
        raise TypeError(f"{name} must be text, is {value!r}")
    return value
