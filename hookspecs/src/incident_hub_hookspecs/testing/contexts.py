"""Contexts as a hub would hand them out: nothing behind them unless a test puts it there."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from incident_hub_hookspecs.context import (
    Cache,
    CallContext,
    Clock,
    HttpClient,
    HttpResponse,
    IncidentLookup,
    PluginContext,
    Tables,
)
from incident_hub_hookspecs.endpoint import Endpoint
from incident_hub_hookspecs.errors import DeliveryError, PluginError
from incident_hub_hookspecs.people import Directory
from incident_hub_hookspecs.testing.known import KnownDirectory, KnownIncidents

__all__ = ["FixedClock", "NoTables", "SmallCache", "Unreachable", "call_context", "plugin_context"]

T = TypeVar("T")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


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


class Unreachable:
    """An `HttpClient` that reaches nobody, and remembers who was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def request(self, method: str, url: str, **_options: object) -> HttpResponse:
        """Refuse, as the hub's client does when a target cannot be reached."""
        self.asked.append((method, url))
        raise DeliveryError("the testing kit reaches nobody; give `http` a client of your own")

    async def call(self, endpoint: Endpoint, method: str, path: str, **_options: object) -> HttpResponse:
        """Refuse likewise."""
        return await self.request(method, endpoint.url + path)


class SmallCache:
    """A `Cache` that keeps everything until it is told to forget."""

    def __init__(self) -> None:
        self._values: dict[str, object] = {}

    def get(self, key: str) -> object | None:
        """The value, if there is one."""
        return self._values.get(key)

    def put(self, key: str, value: object, ttl_seconds: float) -> None:  # noqa: ARG002 - the contract's words
        """Keep it."""
        self._values[key] = value

    def forget(self, key: str) -> None:
        """Drop it."""
        self._values.pop(key, None)

    async def get_or_load(self, key: str, load: Callable[[], Awaitable[T]], ttl_seconds: float) -> T:
        """The value, else what `load` answers."""
        if key not in self._values:
            self.put(key, await load(), ttl_seconds)
        value: Any = self._values[key]
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
    problems: list[str] | None = None,
) -> PluginContext[Any]:
    """The context for registration; without `config` the configuration is an empty mapping.

    What the plugin reports is appended to `problems`.
    """
    heard: list[str] = [] if problems is None else problems
    return PluginContext(
        name,
        {} if config is None else config,
        log=logging.getLogger(f"incident_hub.plugins.{name}"),
        clock=clock or FixedClock(),
        http=http or Unreachable(),
        cache=cache or SmallCache(),
        tables=tables or NoTables(),
        report=heard.append,
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
