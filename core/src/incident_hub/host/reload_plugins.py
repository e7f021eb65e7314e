"""Changed options of plugins: checked, handed to those that take them, and said to wait otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from incident_hub_hookspecs import ConfigError

from incident_hub.host.config import HubConfig
from incident_hub.host.discovery import judge_name
from incident_hub.host.dispatch import Call, Dispatcher
from incident_hub.host.plugin_options import NewOptions, new_options
from incident_hub.host.registry import Registry
from incident_hub.host.status import REFUSED, PluginRecord

__all__ = ["ChangeOutcome", "PluginChange", "PluginReload"]

_RESTART = "its configuration changed: restart the hub to apply it"


class ChangeOutcome(StrEnum):
    """What became of one plugin's changed configuration."""

    APPLIED = "applied"
    RESTART = "restart"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PluginChange:
    """One plugin whose part of the configuration differs from what it works with."""

    name: str
    outcome: ChangeOutcome
    detail: str


class PluginReload:
    """Knows which options each plugin works with, which may be older than those in the file."""

    def __init__(self, config: HubConfig, registry: Registry, dispatcher: Dispatcher) -> None:
        self._config, self._registry, self._dispatcher = config, registry, dispatcher
        self._options: dict[str, Mapping[str, object]] = dict(config.plugins)
        self._standing = {name: record.remark for name, record in registry.records.items()}

    async def reload(self, config: HubConfig) -> tuple[PluginChange, ...]:
        """Apply what can be; what became of each plugin whose part differs, by name."""
        told: dict[str, PluginChange] = {}
        asked: dict[str, NewOptions] = {}
        for name in sorted(self._registry.records):
            what = self._looked_at(name, config)
            if isinstance(what, PluginChange):
                told[name] = what
            elif what is not None:
                asked[name] = what
        told.update(await self._reconfigure(asked))
        for name, record in self._registry.records.items():
            change = told.get(name)
            late = change.detail if change and change.outcome is not ChangeOutcome.APPLIED else ""
            record.remark = "; ".join(part for part in (self._standing[name], late) if part)
        return tuple(told[name] for name in sorted(told))

    def _looked_at(self, name: str, config: HubConfig) -> PluginChange | NewOptions | None:
        """What is known without asking the plugin; else what it has to be asked."""
        record = self._registry.records[name]
        if late := _comes_or_goes(record, config):
            return PluginChange(name, ChangeOutcome.RESTART, late)
        options = config.plugins.get(name, {})
        if options == self._options.get(name, {}):
            return None
        if not record.serving:
            return PluginChange(name, ChangeOutcome.RESTART, _RESTART)
        return self._checked(name, options)

    def _checked(self, name: str, options: Mapping[str, object]) -> PluginChange | NewOptions:
        try:
            new = new_options(self._registry.contexts[name], self._options.get(name, {}), options)
        except ConfigError as error:
            return PluginChange(name, ChangeOutcome.REFUSED, f"the old settings stay: {error}")
        if new.moved or (new.context and name not in self._registry.hooks.get("reconfigure", {})):
            return PluginChange(name, ChangeOutcome.RESTART, _RESTART)
        return new if new.context else self._accept(name, new, "its rate")

    async def _reconfigure(self, asked: Mapping[str, NewOptions]) -> dict[str, PluginChange]:
        hooks = self._registry.hooks.get("reconfigure", {})
        calls = [
            Call(name, hooks[name], kwargs={"context": new.context, "circuit": "reconfigure"})
            for name, new in asked.items()
        ]
        outcomes: list[Any] = await self._dispatcher.gather(calls, self._config.plugin_calls.deadline_seconds)
        told = {}
        for (name, new), outcome in zip(asked.items(), outcomes, strict=True):
            if outcome.ok:
                told[name] = self._accept(name, new, "its settings")
                continue
            why = f"the old settings stay: {type(outcome.error).__name__}: {outcome.error}"
            told[name] = PluginChange(name, ChangeOutcome.REFUSED, why)
        return told

    def _accept(self, name: str, new: NewOptions, what: str) -> PluginChange:
        """From here on calls are given the new context; those in flight keep the one they were given."""
        self._options[name] = new.options
        self._dispatcher.set_rate(name, new.rate)
        if new.context is not None:
            self._registry.contexts[name] = new.context
        return PluginChange(name, ChangeOutcome.APPLIED, what)


def _comes_or_goes(record: PluginRecord, config: HubConfig) -> str:
    refusal = judge_name(record.name, config)
    if record.status in REFUSED and refusal is None:
        return "it may be loaded now: restart the hub to load it"
    if record.status not in REFUSED and refusal is not None:
        return f"{refusal.reason}: restart the hub to be without it"
    return ""
