"""What the hub hands to a plugin: its configuration, a log, a guarded way out, and its own past."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from incident_hub_hookspecs.records import Incident

__all__ = ["CallContext", "Clock", "HttpClient", "HttpResponse", "IncidentLookup", "PluginContext"]


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


@dataclass(frozen=True, slots=True)
class PluginContext:
    """Given once, when the plugin registers."""

    name: str
    config: Mapping[str, object]
    log: logging.Logger
    clock: Clock


@dataclass(frozen=True, slots=True)
class CallContext:
    """Given with each call. `deadline_seconds` is what the hub waits before it goes on without."""

    plugin: PluginContext
    http: HttpClient
    lookup: IncidentLookup
    deadline_seconds: float = 10.0
    incident_url: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
