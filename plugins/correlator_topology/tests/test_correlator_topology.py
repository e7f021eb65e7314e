"""Incidents along dependencies: one step, two steps, housekeeping, and who blames another."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from incident_hub_correlator_topology import Settings
from incident_hub_correlator_topology.correlator import TopologyCorrelator
from incident_hub_hookspecs import Directory, Incident, Link, LlmIdentity, Service
from incident_hub_hookspecs.testing import KnownDirectory, an_incident, call_context
from incident_hub_hookspecs.testing.conformance import CorrelatorConformance, PluginConformance

KNOWN = KnownDirectory(
    services=[
        Service("chat", depends_on=("search", "cache")),
        Service("search", depends_on=("orders-db",)),
        Service("one", depends_on=("two",)),
        Service("two", depends_on=("one",)),
    ]
)


class TestPlugin(PluginConformance):
    name = "correlator_topology"


class TestCorrelator(CorrelatorConformance):
    name = "correlator_topology"

    @pytest.fixture
    def directory(self) -> Directory:
        """Dependencies to find."""
        return KNOWN


def on(service: str, title: str = "requests fail", seconds: float = 0, **llm: str) -> Incident:
    at = an_incident().first_seen + timedelta(seconds=seconds)
    labels: Mapping[str, str] = {"service": service} if service else {}
    return an_incident(
        id=f"{service} {title}",
        title=title,
        labels=labels,
        llm=LlmIdentity(**llm),
        first_seen=at,
        last_seen=at,
    )


async def links(one: Incident, *others: Incident) -> list[Link]:
    correlator = TopologyCorrelator(300, Settings().labels)
    (found,) = await correlator.correlate([one], [others], call_context(directory=KNOWN))
    return list(found)


async def test_one_step_is_a_link_in_both_directions_and_says_why() -> None:
    for one, other in ((on("chat"), on("search")), (on("search"), on("chat"))):
        (found,) = await links(one, other)
        assert (found.score, found.reason) == (0.85, "chat depends on search")


async def test_two_steps_count_less_and_name_the_way() -> None:
    (found,) = await links(on("chat"), on("orders-db"))
    assert (found.score, found.reason) == (0.7, "chat depends on search, which depends on orders-db")


async def test_time_weakens_a_link_and_the_window_ends_it() -> None:
    (near,) = await links(on("chat"), on("search", seconds=-30))
    (far,) = await links(on("chat"), on("search", seconds=-290))
    assert near.score > far.score > 0.5
    assert await links(on("chat"), on("search", seconds=-301)) == []


async def test_housekeeping_spreads_to_nobody() -> None:
    assert await links(on("chat"), on("search", "Certificate of search ends in 9 days")) == []


async def test_who_calls_its_provider_the_trouble_is_not_a_neighbours_victim() -> None:
    blaming = on("chat", "aurora answers 503 to chat", provider="aurora")
    assert await links(blaming, on("search", provider="kestrel")) == []
    (weak,) = await links(blaming, on("search", provider="aurora"))
    (strong,) = await links(blaming, on("search", "aurora unavailable", provider="aurora"))
    assert (weak.score, strong.score) == (0.637, 0.85)


async def test_whose_provider_is_blamed_is_told_by_the_title_when_the_alert_names_none() -> None:
    elsewhere = on("planner", provider="aurora")
    blaming = on("chat", "aurora answers 503 to chat")
    assert len(await links(blaming, on("search"))) == 1
    assert await links(blaming, on("search"), elsewhere) == []


async def test_cycles_and_services_that_nobody_knows_are_no_trouble() -> None:
    assert len(await links(on("one"), on("two"))) == 1
    assert await links(on("one"), on("one", "slow")) == []
    assert await links(on("stranger"), on("chat"), on("")) == []
