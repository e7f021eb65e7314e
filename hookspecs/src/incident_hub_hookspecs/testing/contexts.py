"""Contexts as a hub would hand them out: nothing behind them unless a test puts it there."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from incident_hub_hookspecs.changing import Incidents, NoIncidents
from incident_hub_hookspecs.context import (
    Cache,
    CallContext,
    Clock,
    HttpClient,
    IncidentLookup,
    PluginContext,
    Tables,
)
from incident_hub_hookspecs.errors import PluginError
from incident_hub_hookspecs.people import Directory
from incident_hub_hookspecs.testing.builders import NOON
from incident_hub_hookspecs.testing.http import RecordingHttp
from incident_hub_hookspecs.testing.known import KnownDirectory, KnownIncidents

__all__ = ["FixedClock", "NoTables", "SmallCache", "call_context", "plugin_context"]

T = TypeVar("T")


class FixedClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        """The moment it shows."""
        return self.at

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)


class SmallCache:
    """A `Cache` without a bound, whose time is the clock it is given."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._values: dict[str, tuple[datetime, object]] = {}

    def get(self, key: str) -> object | None:
        """The value, if there is one and its time is not over."""
        until, value = self._values.get(key, (self._clock.now(), None))
        return value if self._clock.now() < until else None

    def put(self, key: str, value: object, ttl_seconds: float) -> None:
        """Keep it."""
        self._values[key] = (self._clock.now() + timedelta(seconds=ttl_seconds), value)

    def forget(self, key: str) -> None:
        """Drop it."""
        self._values.pop(key, None)

    async def get_or_load(self, key: str, load: Callable[[], Awaitable[T]], ttl_seconds: float) -> T:
        """The value, else what `load` answers."""
        if self.get(key) is None:
            self.put(key, await load(), ttl_seconds)
        value: Any = self._values[key][1]
        return value  # type: ignore[no-any-return]


class NoTables:
    """The `Tables` of a plugin without migrations."""

    async def read(self, work: Callable[[Any], T]) -> T:
        """Refuse."""
        raise PluginError(f"there are no tables for {work!r}; give `tables` some of your own")

    async def write(self, work: Callable[[Any], T]) -> T:
        """Refuse."""
        return await self.read(work)


def plugin_context(
    name: str = "plugin",
    config: object = None,
    *,
    clock: Clock | None = None,
    http: HttpClient | None = None,
    cache: Cache | None = None,
    tables: Tables | None = None,
    incidents: Incidents | None = None,
    problems: list[str] | None = None,
) -> PluginContext[Any]:
    """The context for registration; without `config` the configuration is an empty mapping.

    What the plugin reports is appended to `problems`.
    """
    heard: list[str] = [] if problems is None else problems
    clock = clock or FixedClock()
    return PluginContext(
        name,
        {} if config is None else config,
        log=logging.getLogger(f"incident_hub.plugins.{name}"),
        clock=clock,
        http=http or RecordingHttp(),
        cache=cache or SmallCache(clock),
        tables=tables or NoTables(),
        report=heard.append,
        incidents=incidents or NoIncidents(),
    )


def call_context(
    plugin: PluginContext[Any] | None = None,
    *,
    lookup: IncidentLookup | None = None,
    directory: Directory | None = None,
    deadline_seconds: float = 10.0,
    incident_url: str = "",
) -> CallContext:
    """The context of a call; nothing is known of the past, and nobody to any directory, unless given."""
    return CallContext(
        plugin or plugin_context(),
        lookup or KnownIncidents(),
        directory or KnownDirectory(),
        deadline_seconds,
        incident_url,
    )
