"""Where a payload keeps what an alert needs: the standard names, or dotted paths by configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from incident_hub_hookspecs import Severity

__all__ = ["NAMES", "PLAIN", "Path", "Shape", "reach"]

Path = tuple[str, ...]
NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "name", "summary", "message"),
    "source": ("source",),
    "status": ("status",),
    "severity": ("severity",),
    "type": ("type", "incident_type"),
    "description": ("description",),
    "external_id": ("external_id", "id"),
    "dedup_key": ("dedup_key", "fingerprint"),
    "resources": ("resources", "affected_resources"),
    "labels": ("labels",),
    "annotations": ("annotations",),
    "llm": ("llm",),
    "starts_at": ("starts_at",),
    "ends_at": ("ends_at",),
    "runbook_url": ("runbook_url",),
    "generator_url": ("url",),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """How to read one sender. `stateful` None means: an alert with a status or an end is."""

    source: str = "generic"
    items: Path = ()
    fields: Mapping[str, Path] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    stateful: bool | None = None


PLAIN = Shape()


def reach(value: object, path: Path) -> object:
    """Follow a path through objects and, by number, arrays; None where it leads nowhere."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and len(step) < 5 and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
