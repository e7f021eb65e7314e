"""`Incident.<pluginName>`: one load a page, on both databases, and its faults cost only the field."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
import strawberry
from incident_hub_hookspecs import GraphQLPart, Incident, IncidentPart, Severity

Hub = Any  # the small hub of conftest
Plugged = Callable[..., Awaitable[dict[str, Any]]]
PAGE = "{ incidents(first: 50) { nodes { id geo { city worst } } } }"


@strawberry.type
class GeoSite:
    city: str = "Bergen"
    worst: Severity = Severity.P1


class Known:
    """Loads sites, and remembers for how many incidents at once."""

    def __init__(self, answer: Callable[[Sequence[Incident]], Any] | None = None) -> None:
        self.asked: list[int] = []
        self.answer = answer or (
            lambda incidents: [GeoSite(city=one.title, worst=one.severity) for one in incidents]
        )

    async def load(self, incidents: Sequence[Incident]) -> Sequence[Any]:
        self.asked.append(len(incidents))
        found: Sequence[Any] = self.answer(incidents)
        return found


def part(known: Known) -> dict[str, GraphQLPart]:
    return {"geo": GraphQLPart(incident=IncidentPart(GeoSite, known.load))}


async def test_a_page_of_50_incidents_costs_one_load(hub: Hub, plugged: Plugged) -> None:
    await hub.storm(50)
    known = Known()
    nodes = (await plugged(PAGE, part(known)))["data"]["incidents"]["nodes"]
    assert known.asked == [50]
    assert sorted(node["geo"]["city"] for node in nodes) == [f"trouble {n:04}" for n in range(50)]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda _: [], "the plugin geo failed: 0 answers for 3 incidents"),
        (lambda _: None, "the plugin geo failed: NoneType for 3 incidents"),
        (lambda _: 1 / 0, "the plugin geo failed: ZeroDivisionError"),
        (lambda found: [GeoSite(), ValueError("x"), None][: len(found)], "the plugin geo failed: ValueError"),
    ],
)
async def test_a_load_that_fails_costs_only_its_field(
    hub: Hub, plugged: Plugged, answer: Callable[..., Any], told: str
) -> None:
    await hub.storm(3)
    found = await plugged(PAGE, part(Known(answer)))
    assert len({node["id"] for node in found["data"]["incidents"]["nodes"]}) == 3
    assert {error["message"] for error in found["errors"]} == {told}
    assert {error["extensions"]["plugin"] for error in found["errors"]} == {"geo"}


async def test_incidents_met_on_several_ways_are_loaded_once_each(hub: Hub, plugged: Plugged) -> None:
    first, *_ = await hub.storm(3)
    known = Known()
    query = "query($id: ID!) { a: incident(id: $id) { geo { city } } b: incident(id: $id) { geo { city } } }"
    found = await plugged(query, part(known), id=first)
    assert found["data"]["a"] == found["data"]["b"]
    assert known.asked == [1]


async def test_a_plugin_is_shown_the_incident_as_everywhere(hub: Hub, plugged: Plugged) -> None:
    await hub.storm(1, alerts=3)
    seen: list[Incident] = []

    def keep(incidents: Sequence[Incident]) -> list[None]:
        seen.extend(incidents)
        return [None]

    found = await plugged(PAGE, part(Known(keep)))
    assert found["data"]["incidents"]["nodes"][0]["geo"] is None
    (one,) = seen
    assert (one.title, one.severity, one.count, one.labels["odd"], one.llm.model, one.resources) == (
        "trouble 0000", Severity.P0, 3, 'a"b', "m-1", ("pod-0",),
    )  # fmt: skip
