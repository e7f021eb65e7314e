"""Loading plugins one by one: what fails becomes a named status, and the hub starts without it."""

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from typing import Any

from incident_hub_hookspecs import ConfigError, PluginContext

from incident_hub.host.cache import PluginCache
from incident_hub.host.config import HubConfig, HubConfigError
from incident_hub.host.config_tree import build
from incident_hub.host.contributions import COMMANDS, collect, config_class, hooks_manager, registered_hooks
from incident_hub.host.discovery import Candidate, find_candidates, judge
from incident_hub.host.endpoints.client import PluginHttp
from incident_hub.host.environment import typed
from incident_hub.host.handed import Handed
from incident_hub.host.isolation.loading import Nursery
from incident_hub.host.isolation.settings import isolation_of
from incident_hub.host.plugin_options import own_options, rate_of
from incident_hub.host.registry import Contribution, Registry
from incident_hub.host.status import PluginRecord, PluginStatus
from incident_hub.host.strict import insist, strangers

__all__ = ["load_plugins"]

_log = logging.getLogger(__name__)
Loaded = tuple[PluginContext[Any], Contribution]


class NameTakenError(Exception):
    """Two plugins claim one slug, or one kind of client."""


def load_plugins(
    config: HubConfig,
    handed: Handed,
    extra: Iterable[tuple[str, object]] = (),
    *,
    without: Collection[str] = (COMMANDS,),
) -> Registry:
    """Find, judge and load every plugin. Raises `PluginLoadError` in strict mode only.

    `handed` is what every plugin gets; `extra` are plugins given as (name, object), for tests and
    programs that embed the hub. Hooks in `without` are not called.
    """
    loader = _Loader(config, handed, without)
    candidates = find_candidates(extra)
    loader.start_isolated(candidates)
    for candidate in candidates:
        loader.admit(candidate)
    _warn_of_strangers(config, loader.registry)
    insist(config, loader.registry)
    return loader.registry


class _Loader:
    """What loading one plugin after another has in common."""

    def __init__(self, config: HubConfig, handed: Handed, without: Collection[str]) -> None:
        self.registry = Registry()
        self._without = without
        self._config = config
        self._handed = handed
        self._manager = hooks_manager()
        self._nursery = Nursery(handed.clock, config.plugin_calls.start_seconds)

    def start_isolated(self, candidates: Iterable[Candidate]) -> None:
        """Start the processes of those that have one, so that they load while the others do."""
        names: set[str] = set()
        for candidate in candidates:
            if candidate.name not in names and judge(candidate, self._config) is None:
                with suppress(ConfigError, OSError):  # said when it is admitted
                    self._start(candidate)
            names.add(candidate.name)

    def _start(self, candidate: Candidate) -> bool:
        """Start the plugin's own process, if it is to have one."""
        options = self._options(candidate)
        wanted = isolation_of(candidate, options, self._config.plugin_isolation)
        if wanted is None:
            return False
        self._nursery.start(candidate.name, candidate.target, own_options(options), wanted)
        return True

    def _options(self, candidate: Candidate) -> Mapping[str, object]:
        return self._config.plugins.get(candidate.name, {})

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
        rate = rate_of(self._options(candidate), name)
        isolated = name in self._nursery or self._start(candidate)
        context, given = (self._load_apart if isolated else self._load_here)(candidate, record)
        if taken := self.registry.taken(given):
            what, owner = taken
            raise NameTakenError(f"{what} belongs to {owner.name} ({owner.distribution} {owner.version})")
        self.registry.take(context, given, rate)

    def _load_here(self, candidate: Candidate, record: PluginRecord) -> Loaded:
        plugin = candidate.load()
        record.hooks = registered_hooks(self._manager, plugin, candidate.name)
        context = self._context(record, self._settings(plugin, candidate))
        return context, collect(self._manager, plugin, context, self._without)

    def _settings(self, plugin: object, candidate: Candidate) -> object:
        wanted = config_class(self._manager, plugin)
        if wanted is None:
            return own_options(self._options(candidate))
        self.registry.config_classes[candidate.name] = wanted
        return build(wanted, own_options(self._options(candidate)), f"plugins.{candidate.name}")

    def _load_apart(self, candidate: Candidate, record: PluginRecord) -> Loaded:
        """The settings become the plugin's dataclass in its own process."""
        record.isolated = True
        context = self._context(record, own_options(self._options(candidate)))
        return context, self._nursery.take(record, context.http)

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
            incidents=self._handed.incidents(name),
        )


def _note_failure(candidate: Candidate, record: PluginRecord, error: BaseException) -> None:
    name = candidate.name
    if isinstance(error, ConfigError):
        inside = error.path and not isinstance(error, HubConfigError)  # a plugin names its own keys
        record.status = PluginStatus.MISCONFIGURED
        record.reason = f"plugins.{name}.{error}" if inside else str(error)
        record.mend = f"correct `plugins.{name}` in the configuration; incident-hub plugins schema {name}"
    else:
        record.fail(f"{candidate.origin}: {type(error).__name__}: {error}")
    _log.warning("plugin %s is %s: %s", name, record.status, record.reason, exc_info=error)


def _note_namesake(candidate: Candidate, record: PluginRecord) -> None:
    reason = (
        f"{candidate.origin} offers the same name as {record.distribution} {record.version} and is not used"
    )
    record.remark = f"{record.remark}; {reason}" if record.remark else reason
    record.mend = record.mend or typed("uninstall", candidate.distribution)
    _log.warning("plugin %s: %s", candidate.name, reason)


def _warn_of_strangers(config: HubConfig, registry: Registry) -> None:
    for said in strangers(config, registry):
        _log.warning("%s", said)
