"""From an incident to its team, and from the team's schedule to people."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from incident_hub_enricher_oncall import OnCallEnricher, Settings
from incident_hub_hookspecs import Directory, Enrichment, Person, Service, Shift, Team
from incident_hub_hookspecs.testing import KnownDirectory, an_incident, call_context
from incident_hub_hookspecs.testing.conformance import EnricherConformance, PluginConformance

END = datetime(2026, 1, 1, 17, tzinfo=UTC)
KNOWN = KnownDirectory(
    teams=[Team("platform", "Platform", ("ann", "bob"), "night"), Team("data")],
    services=[Service("chat", owner_team="platform"), Service("index", owner_team="finders")],
    shifts={"night": [Shift(Person("ann", "Ann"), "night", ends_at=END), Shift(Person("bob"), "night")]},
)


class TestPlugin(PluginConformance):
    name = "enricher_oncall"


class TestEnricher(EnricherConformance):
    name = "enricher_oncall"

    @pytest.fixture
    def directory(self) -> Directory:
        """People to find."""
        return KNOWN


async def enrich(labels: Mapping[str, str]) -> Enrichment | None:
    incident = an_incident(labels=labels)
    (found,) = await OnCallEnricher(Settings()).enrich([incident], call_context(directory=KNOWN))
    return found


async def test_the_owner_of_the_service_answers_and_who_is_on_call_is_named() -> None:
    found = await enrich({"service": "chat"})
    assert found
    assert found.summary == "Platform answers for it; on call: Ann, then bob"
    assert found.data["on_call"] == [
        {"person": "ann", "name": "Ann", "time_zone": "", "ends_at": END.isoformat()},
        {"person": "bob", "name": "", "time_zone": "", "ends_at": None},
    ]


async def test_a_team_label_comes_first_and_nobody_on_call_is_said() -> None:
    found = await enrich({"service": "chat", "team": "data"})
    assert found
    assert found.summary == "data answers for it; nobody is known to be on call"


async def test_an_owner_that_no_directory_knows_is_still_named() -> None:
    found = await enrich({"app": "index"})
    assert found
    assert found.summary.startswith("finders answers")


async def test_without_team_or_service_there_is_nothing_to_add() -> None:
    assert await enrich({"team": "nobody", "service": "nothing"}) is None
