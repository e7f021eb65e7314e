"""An on-call story on a whole hub: alert, page, no answer, second level, acknowledgement, end; by GraphQL."""

# ruff: noqa: ANN401, ARG002 - fixtures, JSON, and a plugin that needs no context

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from incident_hub.domain.jobs import NewJob, Priority
from incident_hub.lifecycle.through_plugins import PluginIncidents
from incident_hub.response.people.commands import People
from incident_hub.response.people.documents import parse_documents
from incident_hub.testing.clock import StandingClock
from incident_hub.work.queue import enqueue
from incident_hub_hookspecs import CallContext, Notification, Notifier, PluginContext, Receipt, hookimpl

Ask = Callable[..., Awaitable[dict[str, Any]]]
SAVE = """mutation ($input: SaveEscalationPolicyInput!) { saveEscalationPolicy(input: $input) { __typename
  ... on EscalationPolicyPayload { policy { id version problems
    levels { delaySeconds targets { receiver webhookHost } } } }
  ... on UserError { code message } ... on ValidationError { field } } }"""
RUN = """query ($id: ID!) { incident(id: $id) { state escalationLevel
  escalation { state nextLevel round nextAt policyId }
  sla { kind state severity breached remainingSeconds }
  timeline(first: 100) { type data } } }"""
DO = """mutation ($input: EscalationInput!) { %s(input: $input) { __typename
  ... on EscalationPayload { escalation { state } } ... on UserError { code message } } }"""


class Pager:
    """A plugin whose notifier keeps what it is told to send."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    async def send(self, notification: Notification, context: CallContext) -> Receipt:
        self.told.append(
            (notification.event, str(notification.target.get("to", notification.target.get("name"))))
        )
        return Receipt("1")

    @hookimpl
    def register_notifiers(self, context: PluginContext[None]) -> list[Notifier]:
        return [self]


class World:
    """A hub with three people, a policy and a chat room that listens."""

    def __init__(self, hub: Any, pager: Pager, clock: StandingClock, ask: Ask) -> None:
        self.running, self.pager, self.clock, self.ask = hub, pager, clock, ask

    async def policy(self, **more: Any) -> dict[str, Any]:
        levels = [
            {"targets": [{"receiver": "user:ann"}]},
            {"targets": [{"receiver": "user:bob"}], "delaySeconds": 300},
        ]
        return (await self.ask(SAVE, input={"id": "ops", "levels": levels, **more}))["saveEscalationPolicy"]

    async def alert(self, severity: str = "P1") -> str:
        mutation = """mutation ($a: [AlertInput!]!) { submitAlerts(alerts: $a) {
          ... on SubmitAlertsPayload { acks { incidentId } } } }"""
        alert = {
            "source": "test",
            "title": "chat is down",
            "severity": severity,
            "stateful": True,
            "dedupKey": "k",
        }
        found = await self.ask(mutation, a=[alert])
        await self.running.settled()
        return str(found["submitAlerts"]["acks"][0]["incidentId"])

    async def pass_time(self, seconds: float) -> None:
        self.clock.move(seconds)
        await self.running.settled()

    async def shown(self, key: str) -> dict[str, Any]:
        return dict((await self.ask(RUN, id=key))["incident"])


@pytest.fixture
async def world(hub_with: Any, hub_clock: StandingClock, gql: Ask) -> World:
    pager = Pager()
    config = {
        "notify": {
            "targets": [{"channel": "pager", "on": ["created", "acknowledged", "resolved"], "name": "room"}]
        },
        "escalation": {"default_policy": "ops"},
    }
    hub = await hub_with(("pager", pager), config=config)
    people = {
        "users": [
            {"id": name, "contacts": [{"channel": "pager", "address": name}]}
            for name in ("ann", "bob", "eve")
        ]
    }
    keeper = People(hub.hub.database, hub.hub.clock, hub.hub.wake)
    await keeper.apply(parse_documents(people).records, "test")
    return World(hub, pager, hub_clock, gql)


async def test_an_alert_pages_level_by_level_until_somebody_has_it_and_all_hear_of_the_end(
    world: World,
) -> None:
    saved = await world.policy()
    assert saved["policy"]["problems"] == []
    key = await world.alert()
    assert sorted(world.pager.told) == [("created", "ann"), ("created", "room")]
    await world.pass_time(299)
    assert len(world.pager.told) == 2
    await world.pass_time(1)
    assert world.pager.told[2:] == [("escalated", "bob")]
    shown = await world.shown(key)
    assert (shown["escalationLevel"], shown["escalation"]["state"]) == (1, "ACTIVE")
    await world.ask("mutation ($id: ID!) { acknowledgeIncident(input: {id: $id}) { __typename } }", id=key)
    await world.running.settled()
    await world.pass_time(10_000)
    assert [one for one in world.pager.told if one[0] == "escalated"] == [("escalated", "bob")]
    assert ("acknowledged", "room") in world.pager.told
    await world.ask("mutation ($id: ID!) { resolveIncident(input: {id: $id}) { __typename } }", id=key)
    await world.running.settled()
    assert ("resolved", "room") in world.pager.told
    kinds = [one["type"] for one in (await world.shown(key))["timeline"]]
    for kind in ("ESCALATION_STARTED", "ESCALATION_STEPPED", "ESCALATED", "ESCALATION_STOPPED"):
        assert kind in kinds
    assert len(world.pager.told) == len(set(world.pager.told))


async def test_pause_next_level_and_stop_by_graphql_and_their_refusals(world: World) -> None:
    await world.policy()
    key = await world.alert()
    pause = DO.replace("EscalationInput!", "PauseEscalationInput!") % "pauseEscalation"
    assert (await world.ask(pause, input={"incidentId": key, "seconds": 600}))["pauseEscalation"][
        "escalation"
    ] == {"state": "PAUSED"}
    await world.pass_time(500)
    assert len(world.pager.told) == 2
    await world.ask(DO % "resumeEscalation", input={"incidentId": key})
    await world.ask(DO % "escalateToNextLevel", input={"incidentId": key, "reason": "I need bob"})
    await world.running.settled()
    assert world.pager.told[2:] == [("escalated", "bob")]
    stop = DO.replace("EscalationInput!", "StopEscalationInput!") % "stopEscalation"
    assert (await world.ask(stop, input={"incidentId": key, "reason": "a test"}))["stopEscalation"][
        "escalation"
    ] == {"state": "STOPPED"}
    refused = (await world.ask(DO % "resumeEscalation", input={"incidentId": key}))["resumeEscalation"]
    assert refused["code"] == "INVALID_STATE_TRANSITION"
    start = DO.replace("EscalationInput!", "StartEscalationInput!") % "startEscalation"
    missing = (await world.ask(start, input={"incidentId": key, "policyId": "none"}))["startEscalation"]
    assert missing["code"] == "NOT_FOUND"
    await world.ask(start, input={"incidentId": key, "policyId": "ops"})
    await world.running.settled()
    assert world.pager.told[3:] == [("escalated", "ann")]


async def test_policies_are_versioned_and_wrong_ones_refused_with_their_field(world: World) -> None:
    assert (await world.policy())["policy"]["version"] == 1
    assert (await world.policy(repeat=2, expectedVersion=1))["policy"]["version"] == 2
    assert (await world.policy(expectedVersion=1))["code"] == "VERSION_CONFLICT"
    wrong = await world.policy(levels=[{"targets": [{"receiver": "ann"}]}])
    assert (wrong["code"], wrong["field"]) == ("VALIDATION_ERROR", "levels[0].targets[0].receiver")
    wrong = await world.policy(levels=[{"targets": [{"receiver": "user:ann"}], "delaySeconds": -1}])
    assert wrong["field"] == "levels[0].delaySeconds"
    found = await world.ask("{ escalationPolicies { totalCount nodes { id repeat } } }")
    assert found["escalationPolicies"]["totalCount"] == 1
    gone = """mutation { deleteEscalationPolicy(input: {id: "ops"}) { ... on EscalationPolicyDeleted { id } } }"""
    assert (await world.ask(gone))["deleteEscalationPolicy"] == {"id": "ops"}


async def test_deadlines_are_listed_and_followed(world: World, gql_subscribe: Any) -> None:
    follow = gql_subscribe("subscription { slaBreached { clock severity deadline incident { id } cursor } }")
    key = await world.alert("P0")
    world.clock.move(301)
    async for update in follow:
        assert (update["slaBreached"]["clock"], update["slaBreached"]["incident"]["id"]) == (
            "ACKNOWLEDGE",
            key,
        )
        break
    clocks = {one["kind"]: one for one in (await world.shown(key))["sla"]}
    assert (clocks["ACKNOWLEDGE"]["breached"], clocks["RESOLVE"]["breached"]) == (True, False)
    assert clocks["RESOLVE"]["remainingSeconds"] == pytest.approx(599, abs=2)
    listed = await world.ask("{ slaClocks(state: BREACHED) { totalCount nodes { kind incident { id } } } }")
    assert listed["slaClocks"]["nodes"] == [{"kind": "ACKNOWLEDGE", "incident": {"id": key}}]


async def test_escalations_are_followed(world: World, gql_subscribe: Any) -> None:
    await world.policy()
    follow = gql_subscribe("subscription { escalationTriggered { type level paged incident { id } cursor } }")
    await world.alert()
    kinds = []
    async for update in follow:
        kinds.append((update["escalationTriggered"]["type"], update["escalationTriggered"]["paged"]))
        if len(kinds) == 2:
            break
    assert kinds == [("ESCALATION_STARTED", None), ("ESCALATION_STEPPED", ["user:ann"])]
    listed = await world.ask(
        "{ escalations(states: [ACTIVE]) { totalCount nodes { policyId incident { title } } } }"
    )
    assert listed["escalations"]["totalCount"] == 1


async def test_a_plugins_button_pages_the_next_level_and_without_one_makes_it_more_urgent(
    world: World,
) -> None:
    await world.policy()
    hub = world.running.hub
    plugin = PluginIncidents("pager", hub.lifecycle, hub.escalations.hurry)
    key = await world.alert()
    shown = await plugin.escalate(key, "ann", reason="a button", key="click-1")
    again = await plugin.escalate(key, "ann", reason="a button", key="click-1")
    await world.running.settled()
    assert (shown.severity, again.severity, world.pager.told[2:]) == ("P1", "P1", [("escalated", "bob")])
    await plugin.resolve(key, "ann")
    await hub.lifecycle.reopen(key, "again", "ann")
    await world.ask("""mutation { saveEscalationPolicy(input: {id: "ops", enabled: false, levels: [
      {targets: [{receiver: "user:ann"}]}]}) { __typename } }""")
    await world.running.settled()
    assert (await plugin.escalate(key, "ann", reason="a button")).severity == "P0"


async def test_what_the_auditor_found_is_shown_and_measured(world: World) -> None:
    assert (await world.ask("{ auditor { checkedAt troubles { kind } repairs } }"))["auditor"][
        "checkedAt"
    ] is None
    late = NewJob("unknown", {}, "page:lost", run_at=1, priority=Priority.PAGE)
    hub = world.running.hub
    await hub.database.write(lambda c: enqueue(c, [replace(late, kind="route")], 1) and None)
    await hub.worker.stop()
    await hub.auditor.check()
    shown = (await world.ask("{ auditor { checkedAt troubles { kind count repaired } repairs } }"))["auditor"]
    assert shown["troubles"] == [{"kind": "LATE", "count": 1, "repaired": False}]
    text = (await world.running.client.get("/metrics")).text
    assert 'incident_hub_auditor_troubles{kind="late"} 1.0' in text
