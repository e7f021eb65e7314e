"""From an incident's words to its service, and one step along its dependencies."""

from collections.abc import Mapping, Sequence

import pytest
from incident_hub_enricher_service import ServiceEnricher, Settings
from incident_hub_hookspecs import Directory, Enrichment, Service
from incident_hub_hookspecs.testing import KnownDirectory, an_incident, call_context
from incident_hub_hookspecs.testing.conformance import EnricherConformance, PluginConformance

CHAT = Service("chat", "Chat", "platform", 1, ("gateway", "cache"), "https://w.example.com/chat", {"a": "b"})
KNOWN = KnownDirectory(services=[CHAT, Service("gateway", owner_team="edge", tier=2)])


class TestPlugin(PluginConformance):
    name = "enricher_service"


class TestEnricher(EnricherConformance):
    name = "enricher_service"

    @pytest.fixture
    def directory(self) -> Directory:
        """Knows the services that the kit's incidents name, under hostile names too."""
        return KNOWN


async def enrich(labels: Mapping[str, str], resources: Sequence[str] = ()) -> Enrichment | None:
    enricher = ServiceEnricher(Settings().labels)
    incident = an_incident(labels=labels, resources=tuple(resources))
    (found,) = await enricher.enrich([incident], call_context(directory=KNOWN))
    return found


async def test_a_service_is_shown_with_owner_tier_runbook_and_dependencies() -> None:
    found = await enrich({"service": "chat"})
    assert found
    assert found.summary == (
        "Chat (tier 1); of team platform; depends on gateway, cache; runbook https://w.example.com/chat"
    )
    assert found.data["dependencies"] == [
        {"id": "gateway", "name": "", "owner_team": "edge", "tier": 2, "depends_on": []},
        {"id": "cache", "name": "", "owner_team": "", "tier": None, "depends_on": []},
    ]


async def test_the_first_name_that_is_known_counts_and_resources_come_last() -> None:
    by_label = await enrich({"service": "unknown", "app": "gateway"}, ["service:chat"])
    by_resource = await enrich({"service": "unknown"}, ["node-1", "service:chat"])
    assert by_label
    assert by_resource
    assert [by_label.summary[:7], by_resource.summary[:4]] == ["gateway", "Chat"]


async def test_what_no_directory_knows_adds_nothing() -> None:
    assert await enrich({"service": "unknown"}) is None
    assert await enrich({}) is None


def test_incidents_of_one_service_share_an_answer() -> None:
    enricher = ServiceEnricher(Settings().labels)
    one, two = (an_incident(labels={"service": "chat"}, resources=(), id=key) for key in "ab")
    assert enricher.cache_key(one) == enricher.cache_key(two) == "chat"
    assert enricher.cache_key(an_incident(labels={}, resources=())) == ""
