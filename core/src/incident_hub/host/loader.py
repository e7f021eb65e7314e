"""Loading plugins one by one: what fails becomes a named status, and the hub starts without it."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import pluggy
from incident_hub_hookspecs import PROJECT, ConfigError, PluginContext, spec
from incident_hub_hookspecs.spec import HOOKS

from incident_hub.host.cache import PluginCache
from incident_hub.host.config import HubConfig
from incident_hub.host.config_tree import build
from incident_hub.host.config_values import did_you_mean
from incident_hub.host.contributions import collect, config_class
from incident_hub.host.discovery import Candidate, find_candidates, judge
from incident_hub.host.endpoints.client import PluginHttp
from incident_hub.host.handed import Handed
from incident_hub.host.registry import Registry
from incident_hub.host.status import PluginRecord, PluginStatus

__all__ = ["PluginLoadError", "insist", "load_plugins"]

_log = logging.getLogger(__name__)
RATE_KEY = "rate_per_second"


class PluginLoadError(Exception):
    """Strict mode: at least one plugin did not load; the message names each."""


class NameTakenError(Exception):
    """Two plugins claim one slug, or one kind of client."""


def load_plugins(
    config: HubConfig,
    handed: Handed,
    extra: Iterable[tuple[str, object]] = (),
    *,
    commands: bool = False,
) -> Registry:
    """Find, judge and load every plugin. Raises `PluginLoadError` in strict mode only.

    `handed` is what every plugin gets; `extra` are plugins given as (name, object), for tests and
    programs that embed the hub. With `commands` they are asked for their commands too.
    """
    loader = _Loader(config, handed, commands=commands)
    for candidate in find_candidates(extra):
        loader.admit(candidate)
    _warn_of_strangers(config, loader.registry)
    if config.strict_plugins:
        insist(loader.registry)
    return loader.registry


class _Loader:
    """What loading one plugin after another has in common."""

    def __init__(self, config: HubConfig, handed: Handed, *, commands: bool) -> None:
        self.registry = Registry()
        self._commands = commands
        self._config = config
        self._handed = handed
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(spec)

    def admit(self, candidate: Candidate) -> None:
        """Load one plugin, or write down why not."""
        name = candidate.name
        if name in self.registry.records:
            _note_namesake(candidate, self.registry.records[name])
            return
        record = PluginRecord(name, candidate.distribution, candidate.version, PluginStatus.ACTIVE)
        self.registry.records[name] = record
        if refusal := judge(candidate, self._config):
            record.status, record.reason, record.mend = refusal.status, refusal.reason, refusal.mend
            return
        try:
            self._load(candidate, record)
        except (KeyboardInterrupt, asyncio.CancelledError):
            raise
        except BaseException as error:  # the boundary: a plugin may raise anything, SystemExit too
            _note_failure(candidate, record, error)
            if self._manager.has_plugin(name):
                self._manager.unregister(name=name)

    def _load(self, candidate: Candidate, record: PluginRecord) -> None:
        name = candidate.name
        options = self._config.plugins.get(name, {})
        rate = _rate(options, name)
        plugin = candidate.load()
        if self._manager.register(plugin, name) is None:
            raise TypeError(f"the entry point leads to {plugin!r}, not to a plugin")
        record.hooks = tuple(sorted(hook.name for hook in self._manager.get_hookcallers(plugin) or ()))
        _check_hooks(record.hooks, self._manager)
        own = MappingProxyType({key: value for key, value in options.items() if key != RATE_KEY})
        wanted = config_class(self._manager, plugin)
        settings = own if wanted is None else build(wanted, own, f"plugins.{name}")
        context = self._context(record, settings)
        given = collect(self._manager, plugin, context, commands=self._commands)
        if taken := self.registry.taken(given):
            what, owner = taken
            raise NameTakenError(f"{what} belongs to {owner.name} ({owner.distribution} {owner.version})")
        self.registry.take(context, given, rate)

    def _context(self, record: PluginRecord, settings: object) -> PluginContext[Any]:
        name, clock = record.name, self._handed.clock
        log = logging.getLogger(f"incident_hub.plugins.{name}")
        return PluginContext(
            name,
            settings,
            log=log,
            clock=clock,
            http=PluginHttp(self._handed.http, record, clock, log),
            cache=PluginCache(),
            tables=self._handed.tables(name),
            report=record.note_problem,
        )


def _check_hooks(hooks: tuple[str, ...], manager: pluggy.PluginManager) -> None:
    known = [hook.__name__ for hook in HOOKS]
    for name in hooks:
        if name not in known:
            raise pluggy.PluginValidationError(None, f"unknown hook `{name}`{did_you_mean(name, known)}")
    manager.check_pending()


def _rate(options: Mapping[str, object], name: str) -> float | None:
    rate = options.get(RATE_KEY)
    if rate is None:
        return None
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 < rate < float("inf"):
        raise ConfigError("must be a number above 0", f"plugins.{name}.{RATE_KEY}")
    return float(rate)


def _note_failure(candidate: Candidate, record: PluginRecord, error: BaseException) -> None:
    name = candidate.name
    if isinstance(error, ConfigError):
        record.status, record.reason = PluginStatus.MISCONFIGURED, str(error)
        record.mend = f"correct `plugins.{name}` in the configuration"
    else:
        record.fail(f"{candidate.origin}: {type(error).__name__}: {error}")
    _log.warning("plugin %s is %s: %s", name, record.status, record.reason, exc_info=error)


def _note_namesake(candidate: Candidate, record: PluginRecord) -> None:
    reason = (
        f"{candidate.origin} offers the same name as {record.distribution} {record.version} and is not used"
    )
    record.reason = f"{record.reason}; {reason}" if record.reason else reason
    record.mend = record.mend or f"pip uninstall {candidate.distribution}"
    _log.warning("plugin %s: %s", candidate.name, reason)


def _warn_of_strangers(config: HubConfig, registry: Registry) -> None:
    for name in config.plugins.keys() - registry.records.keys():
        hint = did_you_mean(name, registry.records)
        _log.warning("plugins.%s: no such plugin is installed%s", name, hint)


def insist(registry: Registry) -> None:
    """Strict mode: raise `PluginLoadError` when a plugin that should serve does not."""
    refused = (PluginStatus.BLOCKED, PluginStatus.DISABLED)
    bad = [one for one in registry.records.values() if not one.serving and one.status not in refused]
    if bad:
        raise PluginLoadError("\n".join(f"{one.name}: {one.status}: {one.reason}" for one in bad))
