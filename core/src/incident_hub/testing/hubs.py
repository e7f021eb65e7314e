"""The hubs of one test: made of named plugins and a throw-away database, stopped together in the end."""

import re
from collections.abc import Mapping
from contextlib import AsyncExitStack
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from incident_hub_hookspecs import ENTRY_POINT_GROUP
from incident_hub_hookspecs.testing import RecordingHttp

from incident_hub.host.config import HubConfig
from incident_hub.host.config_tree import build
from incident_hub.hub import Hub
from incident_hub.testing.clock import StandingClock
from incident_hub.testing.running import RunningHub, running
from incident_hub.testing.template import sqlite_copy

__all__ = ["Hubs"]

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Hubs:
    """What the fixture `hub_with` is; `current` is the hub that was made last."""

    def __init__(self, folder: Path, http: RecordingHttp, clock: StandingClock | None) -> None:
        self._folder, self._http, self._clock = folder, http, clock
        self._stack = AsyncExitStack()
        self._made: list[RunningHub] = []

    async def __call__(
        self, *plugins: object, config: Mapping[str, Any] | None = None, network: bool = False
    ) -> RunningHub:
        """Start a hub with these plugins and no others.

        A plugin is the name of an installed one, a plugin object, or a pair of name and object. `config` is
        as in `incident-hub.yaml`, and wrong in the same words. The workers run. Requests of plugins go to
        `recorded_http`; with `network` they go out.
        """
        known = [_known_as(one) for one in plugins]
        names = [one for one in known if isinstance(one, str)]
        objects = [one for one in known if not isinstance(one, str)]
        _check_installed(names)
        wanted = self._config(config or {}, [*names, *(name for name, _ in objects)])
        hub = await Hub.create(
            wanted, plugins=objects, clock=self._clock, http=None if network else self._http
        )
        made = await self._stack.enter_async_context(running(hub))
        self._made.append(made)
        return made

    async def current(self) -> RunningHub:
        """The hub that was made last; one without plugins when there is none."""
        return self._made[-1] if self._made else await self()

    @property
    def last(self) -> RunningHub:
        """The hub that was made last, when one runs."""
        if not self._made:
            raise LookupError("no hub runs yet: ask for the fixture `hub`, or await `hub_with(...)` first")
        return self._made[-1]

    async def stop(self) -> None:
        """Stop them all."""
        await self._stack.aclose()

    def _config(self, given: Mapping[str, Any], names: list[str]) -> HubConfig:
        url = sqlite_copy(self._folder / f"hub-{len(self._made)}.db")
        usual = {"database_url": url, "data_dir": str(self._folder), "plugins_allow": names}
        return build(HubConfig, {**usual, **given}, "")


def _known_as(plugin: object) -> str | tuple[str, object]:
    """An installed plugin's name; for others the object with a name, given or its own in snake_case."""
    if isinstance(plugin, str):
        return plugin
    if isinstance(plugin, tuple):
        name, plugin = plugin
        return str(name), plugin
    if point := _entry_point(plugin):
        return point.name
    own = plugin.__name__.rpartition(".")[2] if isinstance(plugin, ModuleType) else type(plugin).__name__
    return _WORD.sub("_", own).lower(), plugin


def _entry_point(plugin: object) -> metadata.EntryPoint | None:
    """The one in the plugin's own package that leads to it."""
    home = plugin.__name__ if isinstance(plugin, ModuleType) else type(plugin).__module__
    points = metadata.entry_points(group=ENTRY_POINT_GROUP)
    near = (one for one in points if one.module.partition(".")[0] == home.partition(".")[0])
    return next((one for one in near if one.load() is plugin), None)


def _check_installed(names: list[str]) -> None:
    installed = {point.name for point in metadata.entry_points(group=ENTRY_POINT_GROUP)}
    for name in names:
        if name not in installed:
            known = ", ".join(sorted(installed)) or "none"
            raise LookupError(f"no plugin `{name}` is installed (`pip install -e .`); installed are: {known}")
