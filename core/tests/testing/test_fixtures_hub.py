"""The fixtures that authors get: a hub of named plugins, its doors, and waiting until it is done."""

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import incident_hub_parser_generic
import pytest
from incident_hub.host.status import PluginStatus
from incident_hub.testing.types import (
    Gql,
    GqlSubscribe,
    GraphQLFailedError,
    Hubs,
    PostWebhook,
    RunningHub,
    Settled,
    StandingClock,
)
from incident_hub_hookspecs import (
    CallContext,
    ConfigError,
    Enricher,
    Enrichment,
    Incident,
    PluginContext,
    hookimpl,
    setting,
)
from incident_hub_hookspecs.testing import Answer, RecordingHttp

FINDINGS = "{ incidents { edges { node { title findings { plugin value } } } } }"
CREATED = "subscription { incidentCreated { incident { title } } }"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where to ask."""

    url: str = setting("Where to ask.", default="https://owners.example")


class Owners(Enricher):
    """Asks who owns a service."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def enrich(
        self, incidents: Sequence[Incident], context: CallContext
    ) -> Sequence[Enrichment | None]:
        answer = await context.http.request("GET", self._settings.url)
        return [Enrichment(f"owned by {answer.body.decode()}") for _ in incidents]


class OwnerPlugin:
    """Registers it."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        return Settings

    @hookimpl
    def register_enrichers(self, context: PluginContext[Settings]) -> Sequence[Enricher]:
        return [Owners(context.config)]


async def test_a_hub_has_no_plugins_of_its_own(hub: RunningHub) -> None:
    assert {record.status for record in hub.hub.registry.records.values()} == {PluginStatus.DISABLED}


async def test_a_plugins_finding_is_seen_in_graphql(
    database_url: str,
    hub_with: Hubs,
    recorded_http: RecordingHttp,
    post_webhook: PostWebhook,
    settled: Settled,
    gql: Gql,
) -> None:
    recorded_http.will(Answer(200, "ann"))
    settings = {"owner_plugin": {"url": "https://owners.example/v2"}}
    config = {"database_url": database_url, "plugins": settings}
    await hub_with(OwnerPlugin(), "parser_generic", config=config)
    assert (await post_webhook("generic", {"title": "slow"})).status_code == 202
    await settled()
    (edge,) = (await gql(FINDINGS))["incidents"]["edges"]
    (finding,) = edge["node"]["findings"]
    assert (finding["plugin"], finding["value"]["summary"]) == ("owner_plugin", "owned by ann")
    assert [sent.url for sent in recorded_http.sent] == ["https://owners.example/v2"]


async def test_a_wrong_configuration_is_seen_in_the_plugins_record(hub_with: Hubs) -> None:
    hub = await hub_with(("mine", OwnerPlugin()), config={"plugins": {"mine": {"urls": 1}}})
    record = hub.plugin("mine")
    assert record.status is PluginStatus.MISCONFIGURED
    assert "plugins.mine.urls" in record.reason
    with pytest.raises(ConfigError, match=r"triag: unknown key"):
        await hub_with(config={"triag": {}})


async def test_an_installed_plugin_is_known_by_its_object_too(hub_with: Hubs) -> None:
    hub = await hub_with(incident_hub_parser_generic.plugin)
    assert hub.plugin("parser_generic").status is PluginStatus.ACTIVE
    assert hub.plugin("parser_generic").reason == ""


async def test_a_plugin_that_is_not_installed_is_named(hub_with: Hubs) -> None:
    with pytest.raises(LookupError, match="no plugin `geo` is installed"):
        await hub_with("geo")


async def test_errors_of_graphql_are_raised(hub: RunningHub, gql: Gql) -> None:
    with pytest.raises(GraphQLFailedError, match="nothing") as failed:
        await gql("{ nothing }")
    assert failed.value.errors
    assert (await gql("query($n: Int!) { incidents(first: $n) { totalCount } }", n=1))["incidents"]


async def test_a_webhook_takes_files_text_and_bytes(hub_with: Hubs, tmp_path: Path) -> None:
    hub = await hub_with("parser_generic")
    file = tmp_path / "alert.json"
    file.write_text('{"title": "from a file"}')
    for payload in (file, '{"title": "text"}', b'{"title": "bytes"}', [{"title": "data"}]):
        assert (await hub.post_webhook("generic", payload)).status_code == 202
    refused = await hub.post_webhook("generic", "{", {"x-a": "b"})
    assert refused.json()["error"]["code"] == "not_json"


async def test_a_subscription_begins_where_it_was_made_and_survives_cuts(
    hub_with: Hubs, gql_subscribe: GqlSubscribe
) -> None:
    hub = await hub_with("parser_generic")
    await hub.post_webhook("generic", {"title": "before"})
    stream = gql_subscribe(CREATED)
    seen = []
    for number in range(3):
        await hub.post_webhook("generic", {"title": f"trouble {number}"})
        seen.append(await anext(stream))
        await stream.drop()
    titles = [one["incidentCreated"]["incident"]["title"] for one in seen]
    assert titles == ["trouble 0", "trouble 1", "trouble 2"]
    assert seen[0] == {"incidentCreated": {"incident": {"title": "trouble 0"}}}
    replay = gql_subscribe(CREATED, after="0")
    assert (await anext(replay))["incidentCreated"]["incident"]["title"] == "before"


async def test_a_wrong_subscription_raises_its_errors(hub: RunningHub, gql_subscribe: GqlSubscribe) -> None:
    with pytest.raises(GraphQLFailedError):
        await anext(gql_subscribe("subscription { incidentCreated { nothing } }"))


async def test_time_passes_when_the_test_says_so(hub_clock: StandingClock, hub_with: Hubs) -> None:
    hub = await hub_with("parser_generic", config={"deduplication": {"window_seconds": 60}})
    answers: list[Mapping[str, Any]] = []
    for seconds in (0, 59, 3600):
        hub_clock.move(seconds)
        answers.append((await hub.post_webhook("generic", {"title": "again"})).json()["alerts"][0])
        await hub.settled()
    assert answers[0]["incidentId"] == answers[1]["incidentId"] != answers[2]["incidentId"]


async def test_jobs_that_are_left_are_named(hub_with: Hubs) -> None:
    hub = await hub_with("parser_generic")
    await hub.hub.worker.stop()
    await hub.post_webhook("generic", {"title": "x"})
    with pytest.raises(AssertionError, match="'triage': 1"):
        await hub.settled(0.1)


async def test_two_hubs_in_one_test_are_apart(hub_with: Hubs, gql: Gql) -> None:
    one, other = await hub_with("parser_generic"), await hub_with()
    await one.post_webhook("generic", {"title": "x"})
    counts = [(await hub.gql("{ incidents { totalCount } }"))["incidents"] for hub in (one, other)]
    assert counts == [{"totalCount": 1}, {"totalCount": 0}]
    assert await gql("{ incidents { totalCount } }") == {"incidents": {"totalCount": 0}}


def test_nothing_leaves_this_machine(no_network: None) -> None:
    with socket.socket() as listening, socket.socket() as here:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        here.connect(listening.getsockname())
    assert socket.getaddrinfo("localhost", 1)
