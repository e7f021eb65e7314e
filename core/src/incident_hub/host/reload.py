"""Reading the configuration again while the hub works: what can change does, the rest is said to wait."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from incident_hub.host.config import HubConfig, HubConfigError
from incident_hub.host.dispatch import Dispatcher
from incident_hub.host.registry import Registry
from incident_hub.host.reload_plugins import ChangeOutcome, PluginChange, PluginReload

__all__ = ["LIVE_KEYS", "Reload", "ReloadRefusedError", "Reloader"]

_log = logging.getLogger(__name__)
LIVE_KEYS = ("notify", "actions", "public_url")  # read anew at each use, so that they can change
_OF_PLUGINS = ("plugins", "plugins_block", "plugins_allow")


@dataclass(frozen=True, slots=True)
class Reload:
    """What reading the configuration again led to; `applied` and `waiting` are keys of the hub's own part."""

    plugins: tuple[PluginChange, ...]
    applied: tuple[str, ...]
    waiting: tuple[str, ...]


class ReloadRefusedError(Exception):
    """The configuration cannot be used, and the old one stays; the message says why."""


class Reloader:
    """One for a hub. `reread` reads the configuration, `take` is handed the hub's own part of it.

    `problem` is why the latest reading was refused; empty when it was not.
    """

    def __init__(
        self,
        config: HubConfig,
        registry: Registry,
        dispatcher: Dispatcher,
        *,
        reread: Callable[[], HubConfig] | None,
        take: Callable[[HubConfig], None],
    ) -> None:
        self.problem = ""
        self._config, self._reread, self._take = config, reread, take
        self._plugins = PluginReload(config, registry, dispatcher)
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[Reload]] = set()

    async def reload(self) -> Reload:
        """Read and apply. Goes on to its end when the caller does not wait for it.

        Raises `ReloadRefusedError` when the configuration as a whole cannot be used.
        """
        return await asyncio.shield(self.reload_soon())

    def reload_soon(self) -> "asyncio.Task[Reload]":
        """The same, begun now; what it leads to is logged."""
        task = asyncio.create_task(self._reload(), name="reload")
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def stop(self) -> None:
        """Give up what still runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _done(self, task: "asyncio.Task[Reload]") -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, ReloadRefusedError):
            _log.error("reading the configuration again failed", exc_info=error)

    async def _reload(self) -> Reload:
        async with self._lock:
            config = await self._read()
            changed = _differences(self._config, config)
            applied = tuple(key for key in changed if key in LIVE_KEYS)
            waiting = tuple(key for key in changed if key not in (*LIVE_KEYS, *_OF_PLUGINS))
            if applied:
                self._config = replace(self._config, **{key: getattr(config, key) for key in applied})
                self._take(self._config)
            told = Reload(await self._plugins.reload(config), applied, waiting)
            _log_of(told)
            return told

    async def _read(self) -> HubConfig:
        try:
            if self._reread is None:
                raise HubConfigError("this hub was started without a configuration that could be read again")
            config = await asyncio.to_thread(self._reread)
        except HubConfigError as error:
            self.problem = str(error)
            _log.warning("the configuration is refused, the old one stays: %s", error)
            raise ReloadRefusedError(str(error)) from error
        self.problem = ""
        return config


def _differences(old: HubConfig, new: HubConfig) -> list[str]:
    return [key.name for key in fields(HubConfig) if getattr(old, key.name) != getattr(new, key.name)]


def _log_of(told: Reload) -> None:
    for change in told.plugins:
        level = logging.INFO if change.outcome is ChangeOutcome.APPLIED else logging.WARNING
        _log.log(level, "plugin %s: %s: %s", change.name, change.outcome.value, change.detail)
    if told.waiting:
        _log.warning("restart the hub to apply what changed in %s", ", ".join(told.waiting))
    _log.info(
        "the configuration was read again; applied: %s", ", ".join(told.applied) or "nothing of the hub's"
    )
