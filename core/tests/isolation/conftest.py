"""Plugins in processes of their own, loaded as a hub loads them and called as a hub calls them."""
# ruff: noqa: ANN401 - what plugins are given is whatever a test makes it

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.host.config import HubConfig
from incident_hub.host.dispatch import Dispatcher, Outcome
from incident_hub.host.handed import Handed, NoTables
from incident_hub.host.isolation.supervisor import Supervisor
from incident_hub.host.loader import load_plugins
from incident_hub.host.registry import Registry
from incident_hub.host.status import PluginRecord
from incident_hub.testing.site import Site
from incident_hub_hookspecs import CallContext, DeliveryError, Incident, Person
from incident_hub_hookspecs.testing import Answer, KnownDirectory, RecordingHttp, Sent, an_incident

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)
HEAD = "from incident_hub_hookspecs import *\nimport asyncio, os, sys, time\n"


def incident(name: str = "one", **fields: Any) -> Incident:
    known = {"labels": MappingProxyType({"service": "gateway"}), "resources": ("a", "b"), **fields}
    return an_incident(id=name, title=f"title of {name}", created_at=NOW, **known)


def echo(sent: Sent) -> Answer:
    """Answers with what the request was, so that a test sees what reached it."""
    if "refused" in sent.url:
        raise DeliveryError("refused: its address may not be connected to", retry=False)
    return Answer(200, sent.body + b"\xff", {"x-seen": sent.url})


class Lookup:
    async def similar(self, incidents: Sequence[Incident], *, limit: int = 5) -> Sequence[Sequence[Incident]]:
        return [[one] * limit for one in incidents]


ADA = Person("ada", "Ada", contacts={"mail": "ada@example.com"})


@dataclass
class Apart:
    """A hub's part of it: one loaded registry, and calls through a dispatcher."""

    registry: Registry
    http: RecordingHttp
    dispatcher: Dispatcher = field(init=False)

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher(self.registry)

    incident = staticmethod(incident)

    def record(self, name: str = "p") -> PluginRecord:
        return self.registry.records[name]

    def process(self, name: str = "p") -> Supervisor:
        found = self.registry.isolated[name]
        assert isinstance(found, Supervisor)
        return found

    def context(self, name: str = "p", deadline: float = 5) -> CallContext:
        known = KnownDirectory(people=[ADA])
        return CallContext(self.registry.contexts[name], Lookup(), known, deadline, "http://hub/i/1")

    async def enrich(self, *incidents: Incident, deadline: float = 10) -> Outcome[Any]:
        name, enricher = self.registry.enrichers[0]
        given = incidents or (incident(),)
        return await self.dispatcher.call(
            name, enricher.enrich, given, self.context(name, deadline), deadline=deadline
        )

    async def renewed(self, restarts: int, name: str = "p") -> None:
        """Wait until its process has been replaced so often, and serves again."""
        async with asyncio.timeout(20):
            while self.record(name).restarts < restarts or self.process(name).pid is None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await self.process(name).open()


Load = Callable[..., Apart]


@pytest.fixture
async def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Load]:
    """Load plugins, given as sources by name; each runs in its own process unless `hub` says otherwise."""
    loaded: list[Apart] = []
    site = Site(tmp_path / "site")
    found = metadata.entry_points

    def entry_points(**given: str) -> Any:
        return [one for one in found(**given) if one.value.startswith("site_")]

    monkeypatch.setattr(metadata, "entry_points", entry_points)

    def load(hub: Mapping[str, Any] | None = None, **sources: str) -> Apart:
        for name, source in sources.items():
            site.add(name, HEAD + source)
        http = RecordingHttp(echo)
        given = {"plugin_isolation": "process", **(hub or {})}
        registry = load_plugins(HubConfig(**given), Handed(HubClock(), http, NoTables))
        loaded.append(Apart(registry, http))
        return loaded[-1]

    with site.installed():
        yield load
    for one in loaded:
        for process in one.registry.isolated.values():
            await process.stop()
