"""Shield clients of each engine; the live one over the hub's own way out, to a stand-in on loopback."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.host.endpoints.client import PluginHttp
from incident_hub.host.outside import GuardedClient
from incident_hub.host.status import PluginRecord, PluginStatus
from incident_hub.testing.stand_in.serving import serving
from incident_hub.testing.stand_in.shield import ShieldStandIn
from incident_hub_hookspecs import CallContext
from incident_hub_hookspecs.llm import TextScan
from incident_hub_hookspecs.testing import call_context, plugin_context
from incident_hub_llm_shield.client import Shield
from incident_hub_llm_shield.settings import Settings


@dataclass
class Asked:
    """A client, and what it is asked with."""

    client: Shield
    context: CallContext
    record: PluginRecord
    stand_in: ShieldStandIn = field(default_factory=ShieldStandIn)
    url: str = ""

    async def prompts(self, *texts: str) -> list[TextScan]:
        return list(await self.client.scan_prompts(texts, self.context))

    async def outputs(self, *texts: str) -> list[TextScan]:
        return list(await self.client.scan_outputs([("", text) for text in texts], self.context))


Live = Callable[..., Any]


def asked(settings: Settings, raw: GuardedClient) -> Asked:
    """A client with these settings."""
    record = PluginRecord("llm_shield", "llm-shield", "1", PluginStatus.ACTIVE)
    clock = HubClock()
    http = PluginHttp(raw, record, clock, plugin_context("llm_shield").log)
    plugin = plugin_context("llm_shield", settings, clock=clock, http=http)
    return Asked(Shield("llm_shield", settings), call_context(plugin), record)


@pytest.fixture
async def live() -> AsyncIterator[Live]:
    """Makes a live client and its stand-in; `config` is the plugin's, the rest the stand-in's."""
    async with AsyncExitStack() as stack:
        raw = GuardedClient()
        stack.push_async_callback(raw.aclose)

        async def make(config: dict[str, Any] | None = None, **stand_in: Any) -> Asked:  # noqa: ANN401
            made = ShieldStandIn(**stand_in)
            url = await stack.enter_async_context(serving(made.app))
            known = {"url": url, "allow_private": True, "threshold": 0.5, **(config or {})}
            known = {name: value.format(url=url) if name == "url" else value for name, value in known.items()}
            found = asked(Settings(**known), raw)
            found.stand_in, found.url = made, url
            return found

        yield make


@pytest.fixture
async def local() -> AsyncIterator[Asked]:
    """A client without a service."""
    raw = GuardedClient()
    yield asked(Settings(), raw)
    await raw.aclose()


@pytest.fixture(params=["live", "local"])
async def shield(request: pytest.FixtureRequest, live: Live, local: Asked) -> Asked:
    """A client of each engine."""
    if request.param == "local":
        return local
    made: Asked = await live()
    return made
