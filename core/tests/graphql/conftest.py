"""A small hub of real parts around the GraphQL door."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import uvicorn
from incident_hub.api.graphql import graphql_app
from incident_hub.domain.clock import HubClock
from incident_hub.events.feed import Feed
from incident_hub.host.config import HubConfig
from incident_hub.host.dispatch import Dispatcher
from incident_hub.host.handed import Handed
from incident_hub.host.loader import load_plugins
from incident_hub.host.registry import Registry
from incident_hub.host.reload import Reloader
from incident_hub.host.status import PluginRecord, PluginStatus
from incident_hub.intake import Intake
from incident_hub.lifecycle import Lifecycle
from incident_hub.response.notify.service import Deliveries
from incident_hub.response.people.commands import People
from incident_hub.response.requests import ActionRequests
from incident_hub.response.rules.commands import Rules
from incident_hub.storage.database import Database
from incident_hub.testing.postgres import free_port
from incident_hub.triage.grouping import Grouping
from incident_hub.triage.llm import LlmClients
from incident_hub.triage.services import Services
from incident_hub_hookspecs import Alert, GraphQLPart, LlmIdentity, Severity, hookimpl
from incident_hub_hookspecs.testing import KnownDirectory, KnownIncidents


@dataclass
class SmallHub:
    """The services that the GraphQL door needs."""

    database: Database
    config: HubConfig = field(default_factory=HubConfig)
    clock: HubClock = field(default_factory=HubClock)
    registry: Registry = field(default_factory=Registry)

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher(self.registry)
        services = Services(
            self.database,
            self.registry,
            self.dispatcher,
            self.config,
            KnownIncidents(),
            KnownDirectory(),
            self.clock,
        )
        self.services = services
        self.rules = Rules(services, lambda: None)
        self.people = People(self.database, self.clock, lambda: None)
        self.llm = LlmClients(services)
        self.feed = Feed(self.database, self.clock)
        self.lifecycle = Lifecycle(self.database, self.clock, self.feed.wake)
        self.grouping = Grouping(self.database, self.clock, self.feed.wake)
        self.actions = ActionRequests(self.database, self.clock, self.registry, self.feed.wake)
        self.deliveries = Deliveries(self.database, self.clock, self.feed.wake)
        self.intake = Intake(
            self.database,
            self.clock,
            deduplication_seconds=900,
            reopen_seconds=3600,
            queue_limit=1000,
            on_commit=self.feed.wake,
        )
        self.registry.records["rules"] = PluginRecord("rules", "demo-rules", "1.0", PluginStatus.ACTIVE)
        self.written = self.config
        self.reloader = Reloader(
            self.config, self.registry, self.dispatcher, reread=lambda: self.written, take=self._take
        )

    def _take(self, config: HubConfig) -> None:
        self.config = config

    def plug(self, **parts: GraphQLPart) -> None:
        """Load plugins that do nothing but extend the schema, by their names."""
        plugins = [(name, SimpleNamespace(extend_graphql=_extending(part))) for name, part in parts.items()]
        self.config = replace(self.config, plugins_allow=tuple(parts))
        self.registry = load_plugins(self.config, Handed.for_looking(self.clock), plugins)
        self.dispatcher = Dispatcher(self.registry)

    async def storm(self, incidents: int, alerts: int = 1) -> list[str]:
        """Alerts of many incidents; the incidents' ids."""
        ids: dict[str, None] = {}
        for _ in range(alerts):
            acks = await self.intake.submit([storm_alert(i) for i in range(incidents)])
            ids |= dict.fromkeys(str(ack.incident_id) for ack in acks)
        return list(ids)


def _extending(part: GraphQLPart) -> Callable[[], GraphQLPart]:
    @hookimpl
    def extend_graphql() -> GraphQLPart:
        return part

    return extend_graphql


def storm_alert(number: int) -> Alert:
    """One alert of a storm."""
    return Alert(
        source="prometheus",
        title=f"trouble {number:04}",
        severity=list(Severity)[number % 5],
        description="100% of calls_fail",
        labels={"service": f"chat-{number % 3}", "odd": 'a"b'},
        llm=LlmIdentity(provider="acme" if number % 2 else "other", model="m-1"),
        resources=(f"pod-{number}",),
    )


@pytest.fixture
async def hub(database: Database) -> AsyncIterator[SmallHub]:
    """A hub over a fresh database."""
    made = SmallHub(database)
    await made.feed.start()
    yield made
    await made.feed.stop()


Ask = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def client(hub: SmallHub) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the door, in process."""
    async with opened(hub) as made:
        yield made


def opened(hub: SmallHub) -> httpx.AsyncClient:
    """A client of the hub as it is plugged now."""
    transport = httpx.ASGITransport(graphql_app(hub), raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url="http://hub")


@pytest.fixture
def client_of() -> Callable[[SmallHub], httpx.AsyncClient]:
    """Opens clients."""
    return opened


@pytest.fixture
def plugged(hub: SmallHub) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Ask a hub with the given parts of plugins; the whole answer, which is never a failure of the hub."""

    async def go(query: str, parts: dict[str, GraphQLPart], **variables: object) -> dict[str, Any]:
        hub.plug(**parts)
        async with opened(hub) as client:
            answer = await client.post("/", json={"query": query, "variables": variables})
        assert answer.status_code in (200, 400), answer.text
        found: dict[str, Any] = answer.json()
        return found

    return go


@pytest.fixture
def ask(client: httpx.AsyncClient) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Ask for data; an error fails the test."""

    async def go(query: str, **variables: object) -> dict[str, Any]:
        answer = await client.post("/", json={"query": query, "variables": variables})
        body: dict[str, Any] = answer.json()
        assert "errors" not in body, body["errors"]
        found: dict[str, Any] = body["data"]
        return found

    return go


@asynccontextmanager
async def serving(hub: SmallHub, **config: object) -> AsyncIterator[str]:
    """A real server of the door on loopback; yields host and port."""
    hub.config = replace(hub.config, **config) if config else hub.config
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            graphql_app(hub),
            port=port,
            log_level="error",
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=2,
        )
    )
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server has no event for it
        await asyncio.sleep(0.01)
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def address(hub: SmallHub) -> AsyncIterator[str]:
    """A served hub."""
    async with serving(hub) as found:
        yield found
