"""What stands under `plugins.<name>`: the plugin's own options, and the hub's about the plugin."""

from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass, replace
from typing import Any

from incident_hub_hookspecs import ConfigError, PluginContext

from incident_hub.host.config_secrets import refuse_lost
from incident_hub.host.config_tree import build
from incident_hub.host.isolation.settings import ISOLATION_KEY, MEMORY_KEY
from incident_hub.host.read_only import read_only

__all__ = ["RATE_KEY", "NewOptions", "new_options", "own_options", "rate_of"]

RATE_KEY = "rate_per_second"
HOST_KEYS = frozenset({RATE_KEY, ISOLATION_KEY, MEMORY_KEY})


def own_options(options: Mapping[str, object]) -> Mapping[str, object]:
    """What is the plugin's. Raises `ConfigError` when a reference to a secret leads nowhere."""
    refuse_lost(options)
    own: Mapping[str, object] = read_only({key: one for key, one in options.items() if key not in HOST_KEYS})
    return own


def rate_of(options: Mapping[str, object], name: str) -> float | None:
    """The calls a second that the hub allows this plugin; None is no limit."""
    rate = options.get(RATE_KEY)
    if rate is None:
        return None
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 < rate < float("inf"):
        raise ConfigError("must be a number above 0", f"plugins.{name}.{RATE_KEY}")
    return float(rate)


@dataclass(frozen=True, slots=True)
class NewOptions:
    """Changed options of a plugin that serves. `context` is None when only the hub's own part differs.

    `moved` says that it is to run in another place, or with other limits: only a start can do that.
    """

    options: Mapping[str, object]
    rate: float | None
    context: PluginContext[Any] | None
    moved: bool


def new_options(
    context: PluginContext[Any], old: Mapping[str, object], new: Mapping[str, object]
) -> NewOptions:
    """Check changed options. Raises `ConfigError`, which names the key."""
    rate, own = rate_of(new, context.name), own_options(new)
    moved = any(new.get(key) != old.get(key) for key in (ISOLATION_KEY, MEMORY_KEY))
    if own == own_options(old):
        return NewOptions(new, rate, None, moved)
    kind = type(context.config)
    settings = build(kind, own, f"plugins.{context.name}") if is_dataclass(kind) else own
    return NewOptions(new, rate, replace(context, config=settings), moved)
