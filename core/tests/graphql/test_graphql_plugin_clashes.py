"""Parts whose names clash, or that do not build, each cost their own plugin and nothing else."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import strawberry
from incident_hub.api.graphql import export_sdl, graphql_app
from incident_hub.host.registry import Registry
from incident_hub.host.strict import PluginLoadError
from incident_hub.testing.template import sqlite_copy
from incident_hub_hookspecs import GraphQLPart, IncidentPart, Severity
from strawberry.scalars import JSON

Hub = Any  # the small hub of conftest
Plugged = Callable[..., Awaitable[dict[str, Any]]]
STATUSES = "{ version plugins { name status reason mend hooks } }"


def made(*names: str, root: str) -> type:
    """A root type with one field of each of the named types."""
    fields = {}
    for name in names:
        kind = strawberry.type(type(name, (), {"__annotations__": {"here": bool}, "here": True}))
        fields[name.lower()] = kind | None
    space = {"__annotations__": fields, **dict.fromkeys(fields)}
    return strawberry.type(type(root, (), space))


def good(name: str = "Good") -> GraphQLPart:
    return GraphQLPart(made(f"{name}Site", root=f"{name}Query"))


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Which database it is does not matter here."""
    return sqlite_copy(tmp_path / "hub.db")


async def statuses(plugged: Plugged, **parts: GraphQLPart) -> dict[str, tuple[str, str]]:
    found = await plugged(STATUSES, {**parts, "good": good()})
    assert found["data"]["version"]
    shown = {one["name"]: one for one in found["data"]["plugins"] if one["name"] in (*parts, "good")}
    assert all(one["hooks"] == ["extend_graphql"] for one in shown.values())
    assert all("incident-hub plugins disable " in one["mend"] for one in shown.values() if one["reason"])
    assert (await plugged("{ good { goodsite { here } } }", {**parts, "good": good()}))["data"]["good"]
    return {name: (one["status"], one["reason"]) for name, one in shown.items()}


@strawberry.type
class BadLost:
    @strawberry.field
    async def site(self) -> "Nowhere":  # type: ignore[name-defined] # noqa: F821
        """Names a type that nobody knows."""


@strawberry.type
class BadLazy:
    @strawberry.field
    async def site(self) -> strawberry.LazyType["BadSite", "no.such.module"]:  # type: ignore[type-arg,valid-type] # noqa: F821
        """Names a module that nobody has."""


@strawberry.type
class BadNeedy:
    city: str


@strawberry.interface
class BadFace:
    city: str = ""


@strawberry.type
class BadUnion:
    @strawberry.field
    async def one(self) -> str | int:
        return 1


async def bad_stream(count) -> AsyncIterator[int]:  # type: ignore[no-untyped-def] # noqa: ANN001
    yield count


async def nothing(_incidents: object) -> list[object]:
    return []


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (GraphQLPart(made("Site", root="BadQuery")), "the type `Site` must be named `Bad...`"),
        (GraphQLPart(made("Incident", root="BadQuery")), "the type `Incident` belongs to the core"),
        (GraphQLPart(made("Query", root="BadQuery")), "the type `Query` belongs to the core"),
        (GraphQLPart(made("BadSite", root="Root")), "the type `Root` must be named `Bad...`"),
        (GraphQLPart(made("BadSite", root="String")), "Redefinition of reserved type 'String'"),
        (GraphQLPart(incident=IncidentPart(made("BadSite", root="Incident"), nothing)), "`Incident` belongs"),
        (GraphQLPart(BadLost), "UnresolvedFieldTypeError"),
        (GraphQLPart(BadLazy), "it does not build: "),
        (GraphQLPart(BadNeedy), "`query`: the hub makes it without values, so `city` needs a default"),
        (GraphQLPart(mutation=BadNeedy), "`mutation`: the hub makes it without values"),
        (GraphQLPart(BadFace), "`query` must be a class made with @strawberry.type"),
        (GraphQLPart(SimpleNamespace), "`query` must be a class made with @strawberry.type"),
        (GraphQLPart(BadUnion), "it does not build: "),
        (GraphQLPart(subscription=bad_stream), "it does not build: "),
        (GraphQLPart(incident=IncidentPart(int, nothing)), "`incident.kind` must be a class made with"),
    ],
)
async def test_a_part_that_does_not_fit_costs_its_plugin_only(
    plugged: Plugged, part: GraphQLPart, told: str
) -> None:
    found = await statuses(plugged, bad=part)
    assert found["good"] == ("active", "")
    status, reason = found["bad"]
    assert status == "failed"
    assert reason.startswith("extend_graphql: ")
    assert told in reason


async def test_of_two_plugins_with_one_root_field_the_later_by_name_has_failed(plugged: Plugged) -> None:
    found = await statuses(plugged, **{"geo-map": good("GeoMap"), "geo_map": good("GeoMap")})
    assert found["geo-map"] == ("active", "")
    assert found["geo_map"] == (
        "failed", "extend_graphql: the field `Query.geoMap` belongs to the plugin geo-map",
    )  # fmt: skip


async def test_of_two_plugins_with_one_type_the_later_by_name_has_failed(plugged: Plugged) -> None:
    second = GraphQLPart(made("GeoMapSite", root="GeoMapQuery"))
    found = await statuses(plugged, geo=GraphQLPart(made("GeoMapSite", root="GeoQuery")), geo_map=second)
    assert found["geo"] == ("active", "")
    assert found["geo_map"][1] == "extend_graphql: the type `GeoMapSite` belongs to the plugin geo"


async def test_two_plugins_with_a_type_site_have_both_failed(plugged: Plugged) -> None:
    found = await statuses(
        plugged, a=GraphQLPart(made("Site", root="AQuery")), b=GraphQLPart(made("Site", root="BQuery"))
    )
    assert [found[name][0] for name in ("a", "b", "good")] == ["failed", "failed", "active"]


@pytest.mark.parametrize("name", ["health", "plugins", "incidents"])
async def test_a_plugin_named_like_a_field_of_the_core_has_failed(plugged: Plugged, name: str) -> None:
    found = await statuses(plugged, **{name: good(name.capitalize())})
    assert found[name] == ("failed", f"extend_graphql: the field `Query.{name}` belongs to the core")


async def test_a_plugin_named_like_a_field_of_incident_has_failed(plugged: Plugged) -> None:
    part = GraphQLPart(incident=IncidentPart(made("LabelsSite", root="LabelsKind"), nothing))
    found = await statuses(plugged, labels=part)
    assert found["labels"][1] == "extend_graphql: the field `Incident.labels` belongs to the core"


async def test_parts_that_build_alone_but_not_together_cost_the_later_one(plugged: Plugged) -> None:
    from strawberry.schema_directive import Location

    def marked(name: str) -> GraphQLPart:
        mark = strawberry.schema_directive(locations=[Location.OBJECT], name="mark")(type("Mark", (), {}))
        kind = type(f"{name}Query", (), {"__annotations__": {"here": bool}, "here": True})
        return GraphQLPart(strawberry.type(kind, directives=[mark()]))

    found = await statuses(plugged, a=marked("A"), b=marked("B"))
    assert [found[name][0] for name in ("a", "b", "good")] == ["active", "failed", "active"]
    assert "@mark" in found["b"][1]


async def test_a_failed_plugin_is_called_by_nobody(hub: Hub) -> None:
    hub.plug(bad=GraphQLPart(BadNeedy))
    assert hub.registry.graphql.keys() == {"bad"}
    graphql_app(hub)
    assert hub.registry.graphql == {}


def test_strict_mode_makes_it_an_error_at_the_start(hub: Hub) -> None:
    hub.plug(bad=GraphQLPart(BadNeedy))
    hub.config = replace(hub.config, strict_plugins=True)
    with pytest.raises(PluginLoadError, match="bad: failed: extend_graphql: `query`: the hub makes"):
        graphql_app(hub)


@pytest.mark.parametrize(("name", "shown"), [(None, "Severity"), ("GeoSeverity", "GeoSeverity")])
def test_the_contracts_enums_and_standard_scalars_are_shared(hub: Hub, name: str | None, shown: str) -> None:
    strawberry.enum(Severity, name=name)  # as an author may who wants to test a part without a hub

    @strawberry.type
    class GeoQuery:
        severity: Severity = Severity.P0
        at: datetime | None = None
        id: UUID | None = None
        more: JSON | None = None

    hub.plug(geo=GraphQLPart(GeoQuery))
    text = export_sdl(hub.registry)
    assert hub.registry.records["geo"].reason == ""
    assert f"severity: {shown}!" in text.split("type GeoQuery")[1]
    assert set(export_sdl(Registry()).splitlines()) <= set(text.splitlines())


def test_the_core_is_the_same_with_and_without_plugins(hub: Hub) -> None:
    alone = export_sdl(Registry())
    hub.plug(good=good(), bad=GraphQLPart(BadNeedy))
    with_parts = export_sdl(hub.registry)
    added = {"good: GoodQuery"}
    lines = set(with_parts.splitlines()) - set(alone.splitlines())
    assert {line.strip() for line in lines if ": Good" in line} >= added
    assert set(alone.splitlines()) <= set(with_parts.splitlines())
    assert export_sdl(Registry()) == alone
