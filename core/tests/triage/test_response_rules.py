"""Rules route incidents: who hears, what is set, what is held back and told later; and why."""
# ruff: noqa: ANN401 - rows are whatever a table holds

from typing import Any

from incident_hub.domain.clock import HubClock
from incident_hub.domain.rules import RuleKind
from incident_hub.host.config import HubConfig, NotifyConfig, NotifyTarget, RoutingConfig
from incident_hub.intake.rulebook import rule_from
from incident_hub.intake.silence_draft import SilenceDraft
from incident_hub.intake.silencer import Silencer
from incident_hub.intake.silences import Matcher
from incident_hub.response.rules.commands import put_rule, remove_rule
from incident_hub.response.rules.trial import try_alert, try_incident
from incident_hub_hookspecs import Alert

_MATCH = {"name": "team", "value": "chat"}


async def put(rig: Any, kind: RuleKind, **data: Any) -> None:
    """Write a rule."""
    rule = rule_from(kind, data)
    await rig.database.write(lambda c: put_rule(c, kind, rule, "ann", HubClock().micros()))


async def routed(rig: Any, ids: list[str]) -> None:
    """Triage the incidents, and do what rules say of them."""
    await rig.triage(ids)
    await apply(rig)


async def apply(rig: Any) -> None:
    """Run the waiting intents to route."""
    for job in await rig.rows("job", kind="apply_rules", state="ready"):
        assert await rig.run("apply_rules", job["payload"]) == "done"
        await rig.change("job", job["id"], state="done")


async def pages(rig: Any, incident: str) -> list[tuple[str, str]]:
    """What is to be paged of the incident: event and receiver."""
    jobs = await rig.rows("job", kind="page", incident_id=incident)
    return sorted((one["payload"]["event"], one["payload"]["receiver"]) for one in jobs)


async def said(rig: Any, incident: str, kind: str = "Routed") -> list[dict[str, Any]]:
    """What the timeline says."""
    return [one["data"] for one in await rig.rows("event", incident_id=incident, type=kind)]


async def muted(rig: Any, incident: str) -> str | None:
    """What mutes it."""
    (row,) = await rig.rows("incident", id=incident)
    return None if row["silenced_by"] is None else str(row["silenced_by"])


async def test_rules_work_in_their_order_until_one_says_stop(rig: Any) -> None:
    await put(
        rig, RuleKind.ROUTE, id="everything", tags=["seen"], receivers=["user:bob", "user:ann"], severity="P4",
    )  # fmt: skip
    await put(
        rig, RuleKind.ROUTE, id="chat", priority=10, then="continue", severity="P1", assign=["ann"], tags=["chat"],
        receivers=["user:ann"], condition="has(incident.labels.team) && incident.labels.team == 'chat'",
    )  # fmt: skip
    await put(
        rig, RuleKind.ROUTE, id="never", priority=5, condition="incident.count > 5", receivers=["user:eve"]
    )
    await put(rig, RuleKind.ROUTE, id="behind", priority=-5, receivers=["user:zoe"])
    (one,) = await rig.incidents(1, labels='{"team":"chat"}')
    await routed(rig, [one])
    await rig.run(
        "apply_rules", {"incidents": [one], "event": "created", "number": "1"}
    )  # twice tells nobody twice
    (row,) = await rig.rows("incident", id=one)
    assert (row["severity"], row["assignees"], row["tags"]) == ("P1", '["ann"]', '["chat","seen"]')
    assert await pages(rig, one) == [("created", "user:ann"), ("created", "user:bob")]
    told = (await said(rig, one))[0]
    assert told["receivers"] == ["user:ann", "user:bob"]
    assert told["rules"] == [
        {"id": "chat", "name": "", "matched": True},
        {"id": "everything", "name": "", "matched": True},
        {"id": "never", "name": "", "matched": False, "failed": "incident.count > 5"},
    ]


async def test_when_nobody_would_hear_the_catch_all_does_and_the_timeline_says_so(rig: Any) -> None:
    await put(rig, RuleKind.ROUTE, id="other", condition="incident.severity == 'P0'", receivers=["user:ann"])
    (silent,) = await rig.incidents(1)
    await routed(rig, [silent])
    assert await pages(rig, silent) == []
    assert (await said(rig, silent, "NobodyTold"))[0]["instead"] == []
    target = NotifyTarget("chat", min_severity="P3")
    rig.config = HubConfig(routing=RoutingConfig(catch_all=("team:ops",)))
    (caught,) = await rig.incidents(1)
    await routed(rig, [caught])
    assert await pages(rig, caught) == [("created", "team:ops")]
    assert (await said(rig, caught, "NobodyTold"))[0]["instead"] == ["team:ops"]
    rig.add("notifiers", "chat", lambda *_: None)
    rig.config = HubConfig(notify=NotifyConfig(targets=(target,)))
    (simple,) = await rig.incidents(1)
    await routed(rig, [simple])
    assert [one["payload"]["target"] for one in await rig.rows("job", kind="notify", incident_id=simple)] == [
        "chat.0"
    ]
    assert not await said(rig, simple, "NobodyTold")


async def test_what_a_silence_held_back_is_told_once_when_it_ends(rig: Any) -> None:
    await put(rig, RuleKind.ROUTE, id="all", receivers=["user:ann"])
    silencer = Silencer(rig.database, HubClock(), lambda: None)
    now = HubClock().micros()
    draft = SilenceDraft((Matcher("team", "chat"),), now, now + 3_600_000_000, "ann", "")
    held, told = await rig.incidents(2, labels='{"team":"chat"}')
    await routed(rig, [told])
    silence = await silencer.put(draft)
    assert await muted(rig, told) == silence
    await rig.change("incident", held, silenced_by=silence)
    await routed(rig, [held])
    assert await pages(rig, held) == []
    assert (await said(rig, held))[0]["held_by"] == silence
    await silencer.expire(silence, "ann")
    await apply(rig)
    await silencer.sweep()
    await apply(rig)
    assert await pages(rig, held) == [("created", "user:ann")]
    assert await pages(rig, told) == [("created", "user:ann")]
    assert await muted(rig, held) is None


async def test_windows_and_rules_that_suppress_mute_for_as_long_as_they_stand(rig: Any) -> None:
    await put(rig, RuleKind.ROUTE, id="all", receivers=["user:ann"])
    await put(
        rig, RuleKind.ROUTE, id="noise", priority=1, suppress=True, condition="incident.title == 'noise'"
    )
    await put(rig, RuleKind.WINDOW, id="upgrade", matchers=[_MATCH], starts_at="2026-01-01T00:00", minutes=1440,
              repeat="FREQ=DAILY")  # fmt: skip
    silencer = Silencer(rig.database, HubClock(), lambda: None)
    (noise,) = await rig.incidents(1, title="noise")
    (chat,) = await rig.incidents(1, labels='{"team":"chat"}')
    await silencer.sweep()
    await routed(rig, [noise, chat])
    await silencer.sweep()
    assert (await muted(rig, noise), await muted(rig, chat)) == ("rule:noise", "window:upgrade")
    assert (await pages(rig, noise), await pages(rig, chat)) == ([], [])
    for kind, key in ((RuleKind.ROUTE, "noise"), (RuleKind.WINDOW, "upgrade")):
        await rig.database.write(lambda c, k=kind, i=key: remove_rule(c, k, i, "ann", HubClock().micros()))
    await silencer.sweep()
    await apply(rig)
    assert (await muted(rig, noise), await muted(rig, chat)) == (None, None)
    assert await pages(rig, noise) == await pages(rig, chat) == [("created", "user:ann")]


async def test_a_cause_mutes_what_it_explains_until_it_is_over(rig: Any) -> None:
    await put(rig, RuleKind.ROUTE, id="all", receivers=["user:ann"])
    await put(rig, RuleKind.INHIBITION, id="outage", equal=["llm.provider"],
              source=[{"name": "alertname", "value": "ProviderDown"}],
              target=[{"name": "alertname", "value": ".*", "is_regex": True}])  # fmt: skip
    (cause,) = await rig.incidents(1, title="ProviderDown", llm='{"provider":"acme"}')
    (effect,) = await rig.incidents(1, title="errors", llm='{"provider":"acme"}')
    (other,) = await rig.incidents(1, title="errors", llm='{"provider":"else"}')
    await routed(rig, [cause, effect, other])
    assert [await muted(rig, one) for one in (cause, effect, other)] == [None, "inhibit:outage", None]
    assert await pages(rig, effect) == []
    assert (await try_incident(rig.services(), effect)).held_by == [f"inhibition:outage by {cause}"]
    silencer = Silencer(rig.database, HubClock(), lambda: None)
    await silencer.sweep()
    assert await muted(rig, effect) == "inhibit:outage"
    await rig.change("incident", cause, state="resolved")
    await silencer.sweep()
    await apply(rig)
    assert await muted(rig, effect) is None
    assert await pages(rig, effect) == [("created", "user:ann")]


async def test_a_groups_cause_mutes_its_effects_but_two_never_mute_each_other(rig: Any) -> None:
    await put(rig, RuleKind.ROUTE, id="all", receivers=["user:ann"])
    await put(rig, RuleKind.INHIBITION, id="effects", within_group=True)
    both = [{"name": "team", "value": "chat"}]
    await put(rig, RuleKind.INHIBITION, id="mutual", source=both, target=both)
    cause, effect = await rig.incidents(2, group_id="g", state="triaged")
    mutual = await rig.incidents(2, labels='{"team":"chat"}', state="triaged")
    group = {"id": "g", "title": "t", "primary_incident_id": cause, "size": 2, "score": "1", "created_at": 1,
             "updated_at": 1}  # fmt: skip

    def write(connection: Any) -> None:
        from incident_hub.storage.tables import incident_group

        connection.execute(incident_group.insert(), [group])

    await rig.database.write(write)
    ids = [cause, effect, *mutual]
    assert await rig.run("apply_rules", {"incidents": ids, "event": "created", "number": "1"}) == "done"
    assert [await muted(rig, one) for one in ids] == [None, "inhibit:effects", None, "inhibit:mutual"]


async def test_a_trial_says_where_an_alert_would_go_and_which_part_did_not_hold(rig: Any) -> None:
    await put(rig, RuleKind.ROUTE, id="a", priority=2, receivers=["user:ann"],
              condition="incident.severity <= 'P1' && incident.llm.model == 'm' && service.tier == 1")  # fmt: skip
    await put(rig, RuleKind.ROUTE, id="b", priority=1, tags=["t"], receivers=["target:none.0"], then="stop")
    await put(rig, RuleKind.ROUTE, id="c", receivers=["user:eve"])
    await put(rig, RuleKind.WINDOW, id="w", matchers=[_MATCH], starts_at="2026-01-01T00:00", minutes=1440,
              repeat="FREQ=DAILY")  # fmt: skip
    found = await try_alert(rig.services(), Alert("s", "t", labels={"team": "chat"}))
    assert [(one.id, one.matched, list(one.failed)) for one in found.rules] == [
        ("a", False, ["incident.severity <= 'P1'", "incident.llm.model == 'm'", "service.tier == 1"]),
        ("b", True, []),
        ("c", False, ["not asked: a rule before it stops"]),
    ]
    assert [(one.receiver, one.rule) for one in found.pages] == [("target:none.0", "b")]
    assert found.pages[0].missing
    assert found.held_by == ["window:w"]
    assert found.tags == ["t"]
    assert await rig.rows("event", type="Routed") == []
