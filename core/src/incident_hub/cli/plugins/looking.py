"""Loading the plugins as a hub would, to look at them and call none."""

import logging
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from incident_hub.cli.errors import CommandError
from incident_hub.cli.settings import load_config
from incident_hub.domain.clock import HubClock
from incident_hub.host.config import HubConfig
from incident_hub.host.config_values import did_you_mean
from incident_hub.host.handed import Handed
from incident_hub.host.isolation.settings import ISOLATION_KEY
from incident_hub.host.loader import load_plugins
from incident_hub.host.registry import Registry
from incident_hub.host.status import PluginRecord

__all__ = ["FIELDS", "Look", "as_plain", "hooks_told", "look", "look_for", "not_apart"]

FIELDS = (
    "name", "distribution", "version", "status", "reason", "remark", "mend", "hooks",
    "calls", "errors", "p50", "p95", "isolated", "restarts", "last_restart",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What was found, under which configuration."""

    config: HubConfig
    registry: Registry

    @property
    def records(self) -> list[PluginRecord]:
        """By name."""
        return [self.registry.records[name] for name in sorted(self.registry.records)]

    def record(self, name: str) -> PluginRecord:
        """One plugin. Raises `CommandError` when there is none of this name."""
        known = self.registry.records
        if name not in known:
            hint = did_you_mean(name, known) or "; `incident-hub plugins list` shows them all"
            raise CommandError(f"no plugin `{name}` is installed{hint}", 2)
        return known[name]


def look(config_file: Path | None, *, tracebacks: bool = False, here: bool = False) -> Look:
    """Load them all. What a plugin prints at import goes to stderr, its traceback only if wanted.

    `here` loads those too that have processes of their own otherwise: only so their settings are known.
    """
    config = load_config(config_file, strict_plugins=False)
    if here:
        config = not_apart(config)
    if not tracebacks:
        logging.getLogger("incident_hub").addHandler(logging.NullHandler())
    with redirect_stdout(sys.stderr):
        registry = load_plugins(config, Handed.for_looking(HubClock()), without=())
        if registry.graphql:
            from incident_hub.api.graphql import build_schema  # noqa: PLC0415 - only where a part is to fit

            build_schema(registry)
    return Look(config, registry)


def look_for(name: str, config_file: Path | None) -> tuple[Look, PluginRecord]:
    """The same, for one of them."""
    found = look(config_file)
    return found, found.record(name)


def as_plain(record: PluginRecord) -> dict[str, Any]:
    """A record as JSON shows it, and as a running hub tells it."""
    return {name: getattr(record, name) for name in FIELDS}


def hooks_told(record: dict[str, Any]) -> str:
    """What a plain record's plugin does, in short; nearly all have settings, so those are left out."""
    hooks = [hook.removeprefix("register_") for hook in record["hooks"] if hook != "register_config"]
    return ", ".join(hooks)


def not_apart(config: HubConfig) -> HubConfig:
    """The configuration with every plugin loaded in this process."""
    plugins = {
        name: {key: value for key, value in options.items() if key != ISOLATION_KEY}
        for name, options in config.plugins.items()
    }
    return replace(config, plugin_isolation="in_process", plugins=plugins)
