"""Where a payload keeps what an alert needs: the standard names, or dotted paths by configuration."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from incident_hub_hookspecs import ConfigError, Severity

__all__ = ["NAMES", "PLAIN", "Path", "Shape", "reach", "shapes"]

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
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
KEYS = frozenset({"source", "items", "fields", "severities", "stateful"})


@dataclass(frozen=True, slots=True)
class Shape:
    """How to read one sender. `stateful` None means: an alert with a status or an end is."""

    source: str = "generic"
    items: Path = ()
    fields: Mapping[str, Path] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    stateful: bool | None = None


PLAIN = Shape()


def shapes(config: Mapping[str, object]) -> dict[str, Shape]:
    """The configured senders by slug, or a `ConfigError` that names the key."""
    _known_keys(config, frozenset({"slugs"}), "")
    slugs = _table(config.get("slugs"), "slugs")
    return {slug: _shape(slug, value, f"slugs.{slug}") for slug, value in sorted(slugs.items())}


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


def _shape(slug: str, value: object, path: str) -> Shape:
    if not SLUG.fullmatch(slug) or slug == "generic":
        raise ConfigError("not a free slug: a-z, 0-9, _ and -, and not generic", path)
    table = _table(value, path)
    _known_keys(table, KEYS, path)
    fields = _table(table.get("fields"), f"{path}.fields")
    _known_keys(fields, NAMES, f"{path}.fields")
    stateful = table.get("stateful")
    if stateful is not None and not isinstance(stateful, bool):
        raise ConfigError("expected true or false", f"{path}.stateful")
    return Shape(
        source=_string(table.get("source", slug), f"{path}.source"),
        items=_path(table["items"], f"{path}.items") if "items" in table else (),
        fields={name: _path(where, f"{path}.fields.{name}") for name, where in fields.items()},
        severities=_severities(table.get("severities"), f"{path}.severities"),
        stateful=stateful,
    )


def _severities(value: object, path: str) -> dict[str, Severity]:
    found = {}
    for word, level in _table(value, path).items():
        if not isinstance(level, str) or level not in list(Severity):
            raise ConfigError("expected P0, P1, P2, P3 or P4", f"{path}.{word}")
        found[word.lower()] = Severity(level)
    return found


def _path(value: object, path: str) -> Path:
    steps = tuple(_string(value, path).split("."))
    if not all(steps):
        raise ConfigError("expected a path such as event.name", path)
    return steps


def _string(value: object, path: str) -> str:
    if isinstance(value, str) and value:
        return value
    raise ConfigError("expected a string with something in it", path)


def _table(value: object, path: str) -> Mapping[str, object]:
    if value is None:
        return {}
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return value
    raise ConfigError("expected a table", path)


def _known_keys(
    table: Mapping[str, object], known: "frozenset[str] | Mapping[str, object]", path: str
) -> None:
    for key in table:
        if key not in known:
            raise ConfigError("unknown key", f"{path}.{key}" if path else key)
