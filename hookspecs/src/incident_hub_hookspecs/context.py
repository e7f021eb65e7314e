"""What the hub hands to a plugin: its configuration, a log, a guarded way out, a cache, and its own past."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from incident_hub_hookspecs.changing import Incidents, NoIncidents
from incident_hub_hookspecs.endpoint import Endpoint
from incident_hub_hookspecs.people import Directory
from incident_hub_hookspecs.records import Incident

__all__ = [
    "Cache",
    "CallContext",
    "Clock",
    "HttpClient",
    "HttpResponse",
    "IncidentLookup",
    "PluginContext",
    "Tables",
]

T = TypeVar("T")
C_co = TypeVar("C_co", covariant=True)


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer from outside, read whole up to the client's size limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpClient(Protocol):
    """The only way out: checks the address it connects to, keeps a total deadline, bounds the answer.

    Raises `DeliveryError` when the target cannot be reached or may not be.
    """

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] = ...,
        body: bytes = ...,
        timeout: float = ...,
        allow_private: bool = ...,
    ) -> HttpResponse:
        """Send one request; `timeout` is the whole call's deadline in seconds."""

    async def call(
        self,
        endpoint: Endpoint,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] = ...,
        body: bytes = ...,
        timeout: float = ...,
        idempotency_key: str = ...,
        tokens: int = ...,
    ) -> HttpResponse:
        """Call a service that the hub keeps an eye on; the last answer, whatever its status.

        Adds the endpoint's credentials, waits for its rate (`tokens` is what this call takes of
        `tokens_per_minute`), refuses while its circuit is open, and tries again what failed in the network
        or was answered 408, 429 or 5xx, if it may be repeated: GET, HEAD, PUT, DELETE, OPTIONS, and anything
        with an `idempotency_key`, which is sent along. `timeout` is for all of it, waits too. Raises
        `DeliveryError` with a `code` when there is no answer in the end.
        """


class Cache(Protocol):
    """The plugin's own memory within one process: bounded, and forgotten when the hub stops.

    Keys are the plugin's own; no other plugin sees them. Do not change a value that you got from it.
    """

    def get(self, key: str) -> object | None:
        """The value, or None when there is none or its time is over."""

    def put(self, key: str, value: object, ttl_seconds: float) -> None:
        """Keep a value for so many seconds, at most."""

    def forget(self, key: str) -> None:
        """Drop the value, if there is one."""

    async def get_or_load(self, key: str, load: Callable[[], Awaitable[T]], ttl_seconds: float) -> T:
        """The value, else what `load` answers; callers who come together wait for one `load`.

        What `load` raises reaches all of them, and nothing is kept.
        """


class Clock(Protocol):
    """The hub's time, which a moved wall clock does not move."""

    def now(self) -> datetime:
        """Now, in UTC."""


class IncidentLookup(Protocol):
    """Reads incidents of the past through an index; never the whole table."""

    async def similar(
        self, incidents: Sequence[Incident], *, limit: int = ...
    ) -> Sequence[Sequence[Incident]]:
        """For each incident its earlier ones of the same fingerprint, newest first."""


class Tables(Protocol):
    """The plugin's own tables, for plugins that implement `register_migrations`; others get `PluginError`.

    `work` is a plain function of a `sqlalchemy.Connection`, which it may use until it returns. It runs in
    one transaction, which is the hub's to end; it may be run again when the database asks for that, and it
    holds up other work on the database, so it must do nothing but use the connection. A statement may
    take `plugin_calls.deadline_seconds`. What `work` raises is raised; `PluginError` when the tables are
    not at the plugin's version, the database is away, or a statement is none on rows of own tables.
    """

    async def read(self, work: Callable[[Any], T]) -> T:
        """Run `work` and return what it returns; it cannot write."""

    async def write(self, work: Callable[[Any], T]) -> T:
        """Run `work` and commit; when it raises, nothing of it stays."""


_NO_INCIDENTS = NoIncidents()


def _unheard(_problem: str) -> None:
    """Where nobody listens."""


@dataclass(frozen=True, slots=True)
class PluginContext(Generic[C_co]):
    """Given once, when the plugin registers, and again to `reconfigure`.

    `config` is an instance of the dataclass that the plugin's `register_config` returned; without that
    hook it is the mapping under `plugins.<name>`, as it stands. `http`, `cache` and `tables` are for
    calls, not for registration: no event loop runs yet while hooks register.

    `incidents` changes incidents for people who said so elsewhere; not in a process of the plugin's own.

    `report` tells people what is wrong at present, as "catalog.yaml: line 3: ...; the last good one
    serves": the plugin's status becomes `degraded` with that reason. `report("")` takes it back.
    """

    name: str
    config: C_co
    log: logging.Logger
    clock: Clock
    http: HttpClient
    cache: Cache
    tables: Tables
    report: Callable[[str], None] = _unheard
    incidents: Incidents = _NO_INCIDENTS


@dataclass(frozen=True, slots=True)
class CallContext:
    """Given with each call. `deadline_seconds` is what the hub waits before it goes on without.

    `incident_url` is where people read of the incident; empty in calls about several incidents, and when
    the hub does not know its public address.
    """

    plugin: PluginContext[Any]
    lookup: IncidentLookup
    directory: Directory
    deadline_seconds: float = 10.0
    incident_url: str = ""

    @property
    def http(self) -> HttpClient:
        """The guarded way out."""
        return self.plugin.http

    @property
    def cache(self) -> Cache:
        """The plugin's own cache."""
        return self.plugin.cache

    def log_for(self, incident: Incident) -> logging.LoggerAdapter[logging.Logger]:
        """The plugin's log, with the incident's id on each line as `incident_id`."""
        return logging.LoggerAdapter(self.plugin.log, {"incident_id": incident.id})
