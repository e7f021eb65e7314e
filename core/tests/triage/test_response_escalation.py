"""A run goes through its policy level by level until somebody has the incident; nobody there is never silence."""
# ruff: noqa: ANN401 - fixtures of this folder

import time
from dataclasses import replace
from typing import Any

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.host.config import EscalationConfig, NotifyConfig, NotifyTarget
from incident_hub.lifecycle import Lifecycle
from incident_hub.lifecycle.errors import InvalidInputError
from incident_hub.response.escalation.control import Escalations
from incident_hub.response.escalation.document import policy_from
from incident_hub.response.escalation.policies import put_policies
from incident_hub.response.people.commands import People
from incident_hub.response.people.documents import parse_documents
from incident_hub.work.lease import claim, database_now
from incident_hub_hookspecs import ConfigError

MINUTE = 60_000_000
POLICY = {
    "id": "ops",
    "levels": [
        {"targets": ["user:ann"]},
        {"targets": ["user:bob", "https://hooks.example.com/secret"], "delay_seconds": 300},
    ],
}
PEOPLE = {
    "users": [
        {
            "id": name,
            "name": name.title(),
            "contacts": [{"channel": "notifier_pager", "address": f"{name}@pager"}],
        }
        for name in ("ann", "bob", "eve")
    ]
}


class Story:
    """Incidents, policies and timers of one test; timers are run as a worker would run them when they are due."""

    def __init__(self, rig: Any) -> None:
        self.rig, self.told = rig, []
        rig.add("notifiers", "notifier_pager", lambda *_: None)
        rig.add("notifiers", "notifier_webhook", lambda *_: None)
        rig.config = replace(
            rig.config,
            notify=NotifyConfig(targets=(NotifyTarget("notifier_pager", on=()),)),
            escalation=EscalationConfig(default_policy="ops"),
        )
        given = (rig.database, rig.services().clock, lambda: None)
        self.lifecycle, self.escalations = Lifecycle(*given), Escalations(*given)
        self.people = People(*given)

    async def policies(self, *policies: dict[str, Any]) -> None:
        made = [policy_from(one) for one in policies]
        await self.rig.database.write(lambda c: put_policies(c, made, "test", 1))

    async def begin(self, *policies: dict[str, Any], **incident: Any) -> str:
        """An incident whose escalation has begun."""
        await self.people.apply(parse_documents(PEOPLE).records, "test")
        await self.policies(*(policies or (POLICY,)))
        (key,) = await self.rig.incidents(1, severity="P1", state="triaged", **incident)
        assert await self.rig.run("start_escalation", {"incidents": [key], "why": "it is new"}) == "done"
        return str(key)

    async def run(self) -> dict[str, Any]:
        """The latest run."""
        return (await self.rig.rows("escalation"))[-1]

    async def fire(self, times: int = 1) -> None:
        """Run the timer that counts, whenever it is due."""
        for _ in range(times):
            run = await self.run()
            payload = {"run": run["id"], "step": run["step"]}
            assert await self.rig.run("escalate", payload, incident_id=run["incident_id"]) == "done"

    async def paged(self) -> list[str]:
        """Every receiver that was paged, in order; `notify` jobs of webhooks by their channel."""
        jobs = sorted(await self.rig.rows("job"), key=lambda one: one["id"])
        return [
            one["payload"].get("receiver", "")
            for one in jobs
            if one["kind"] == "page" or (one["kind"] == "notify" and one["payload"].get("address"))
        ]

    async def events(self, *kinds: str) -> list[dict[str, Any]]:
        """What the timeline says of these kinds."""
        return [one["data"] for one in await self.rig.rows("event") if one["type"] in kinds]


@pytest.fixture
def story(rig: Any) -> Story:
    return Story(rig)


async def test_levels_fire_in_turn_and_the_timeline_says_what_each_did(story: Story) -> None:
    key = await story.begin()
    await story.fire()
    assert await story.paged() == ["user:ann"]
    run = await story.run()
    clock = await story.rig.database.read(lambda c: database_now(c, story.rig.services().clock.micros()))
    assert 299 * 1_000_000 < run["next_at"] - clock <= 300 * 1_000_000
    await story.fire()
    assert await story.paged() == ["user:ann", "user:bob", "webhook:hooks.example.com"]
    steps = await story.events("EscalationStepped")
    assert [(one["level"], one["paged"]) for one in steps] == [
        (1, ["user:ann"]), (2, ["user:bob", "webhook:hooks.example.com"]),
    ]  # fmt: skip
    assert [(one["before"], one["after"]) for one in await story.events("Escalated")] == [(0, 1)]
    assert "secret" not in str(await story.rig.rows("event"))
    (row,) = await story.rig.rows("incident", id=key)
    assert (row["escalation_level"], row["version"]) == (1, 1)


async def test_an_acknowledgement_stops_it_and_its_old_timer_does_nothing(story: Story) -> None:
    key = await story.begin()
    await story.fire()
    before = await story.run()
    await story.lifecycle.acknowledge(key, "ann")
    late = {"run": before["id"], "step": before["step"]}
    assert await story.rig.run("escalate", late) == "done"
    assert await story.paged() == ["user:ann"]
    assert (await story.run())["state"] == "acknowledged"
    assert [one["why"] for one in await story.events("EscalationStopped")] == ["acknowledged"]


async def test_who_does_not_resolve_in_time_loses_the_incident_and_is_paged_again(story: Story) -> None:
    key = await story.begin({**POLICY, "repage_seconds": 600})
    await story.fire()
    await story.lifecycle.acknowledge(key, "ann")
    run = await story.run()
    assert [
        job["run_at"] for job in await story.rig.rows("job") if job["payload"].get("step") == run["step"]
    ] == [run["next_at"]]
    await story.fire()
    assert await story.paged() == ["user:ann", "user:ann"]
    (row,) = await story.rig.rows("incident", id=key)
    assert row["acknowledged_by"] is None
    await story.lifecycle.acknowledge(key, "bob")
    assert (await story.run())["state"] == "acknowledged"


async def test_the_end_stops_it_and_a_return_begins_it_again(story: Story) -> None:
    key = await story.begin()
    await story.fire()
    await story.lifecycle.resolve(key, "ann")
    assert (await story.run())["state"] == "resolved"
    await story.lifecycle.reopen(key, "it was not over", "ann")
    (start,) = [job for job in await story.rig.rows("job") if job["kind"] == "start_escalation"]
    await story.rig.run("start_escalation", start["payload"])
    run = await story.run()
    assert (run["state"], run["serial"], run["policy_id"]) == ("active", 2, "ops")
    await story.fire()
    assert await story.paged() == ["user:ann", "user:ann"]


async def test_after_the_last_level_it_repeats_goes_on_with_the_next_policy_and_tells_when_all_is_in_vain(
    story: Story,
) -> None:
    first = {"id": "ops", "levels": [{"targets": ["user:ann"]}], "repeat": 1, "next_policy": "bosses"}
    second = {"id": "bosses", "levels": [{"targets": ["user:eve"]}]}
    await story.begin(first, second)
    await story.fire(times=6)  # ann, end of round, ann, end: eve's policy, eve, end
    assert await story.paged() == ["user:ann", "user:ann", "user:eve", "target:notifier_pager.0"]
    assert (await story.run())["state"] == "exhausted"
    assert [one["paged"] for one in await story.events("EscalationExhausted")] == [
        ["target:notifier_pager.0"]
    ]


async def test_a_deleted_user_is_replaced_by_the_fallback_and_named(story: Story) -> None:
    level = {"targets": [{"receiver": "user:gone", "fallback": ["user:lost", "user:eve"]}]}
    await story.begin({"id": "ops", "levels": [level]})
    await story.fire()
    assert await story.paged() == ["user:eve"]
    (step,) = await story.events("EscalationStepped")
    assert "gone" in step["missing"][0]
    assert "lost" in step["missing"][1]


async def test_nobody_at_all_still_tells_somebody(story: Story) -> None:
    key = await story.begin({"id": "ops", "levels": [{"targets": ["schedule:empty"]}]})
    await story.fire()
    (page,) = [job for job in await story.rig.rows("job") if job["kind"] == "page"]
    assert await story.rig.run("page", page["payload"], incident_id=key) == "done"
    (told,) = [job for job in await story.rig.rows("job") if job["kind"] == "notify"]
    assert told["payload"]["target"] == "notifier_pager.0"


async def test_a_pause_ends_by_itself_and_keeps_what_was_left_of_the_wait(story: Story) -> None:
    key = await story.begin()
    await story.fire()
    paused = await story.escalations.pause(key, 60, "ann", reason="looking")
    assert paused.state == "paused"
    assert 290 * 1_000_000 < (paused.remaining or 0) <= 300 * 1_000_000
    await story.fire()
    resumed = await story.run()
    assert (resumed["state"], resumed["level"]) == ("active", 1)
    assert await story.paged() == ["user:ann"]
    await story.fire()
    assert (await story.paged())[1:] == ["user:bob", "webhook:hooks.example.com"]


async def test_the_next_level_by_hand_takes_an_acknowledged_incident_on(story: Story) -> None:
    key = await story.begin()
    await story.fire()
    await story.lifecycle.acknowledge(key, "ann")
    await story.escalations.next_level(key, "ann", reason="I cannot mend this")
    await story.fire()
    assert (await story.paged())[1:] == ["user:bob", "webhook:hooks.example.com"]
    (row,) = await story.rig.rows("incident", id=key)
    assert row["acknowledged_by"] is None


async def test_a_silence_holds_the_pages_and_its_end_lets_them_go(story: Story) -> None:
    key = await story.begin()
    await story.rig.change("incident", key, silenced_by="s")
    await story.fire()
    assert ((await story.run())["state"], await story.paged()) == ("paused", [])
    await story.rig.change("incident", key, silenced_by=None)
    await story.rig.run("start_escalation", {"incidents": [key], "why": "its silence is over"})
    await story.fire()
    assert await story.paged() == ["user:ann"]


async def test_asked_twice_an_incident_has_one_run_and_a_timer_run_twice_pages_once(story: Story) -> None:
    key = await story.begin()
    await story.rig.run("start_escalation", {"incidents": [key], "why": "it is new"})
    assert len(await story.rig.rows("escalation")) == 1
    run = await story.run()
    for _ in range(2):
        await story.rig.run("escalate", {"run": run["id"], "step": run["step"]})
    assert await story.paged() == ["user:ann"]


async def test_conditions_choose_the_policy_and_pass_a_level(story: Story) -> None:
    levels = [{"targets": ["user:ann"], "condition": "incident.severity == 'P0'"}, {"targets": ["user:bob"]}]
    await story.begin({"id": "ops", "levels": levels, "condition": "incident.severity <= 'P1'"})
    await story.fire(times=2)
    assert await story.paged() == ["user:bob"]
    assert [one.get("passed") for one in await story.events("EscalationStepped")] == [
        "its condition does not hold",
        None,
    ]
    (mild,) = await story.rig.incidents(1, severity="P2", state="triaged")
    await story.rig.run("start_escalation", {"incidents": [mild], "why": "it is new"})
    assert len(await story.rig.rows("escalation")) == 1


async def test_a_policy_that_is_not_there_is_told_and_another_one_takes_its_place(story: Story) -> None:
    await story.people.apply(
        parse_documents({"services": [{"id": "chat", "escalation_policy": "gone"}]}).records, "test"
    )
    await story.begin(labels='{"service": "chat"}')
    assert [one["policy"] for one in await story.events("EscalationFailed")] == ["gone"]
    assert (await story.run())["policy_id"] == "ops"


async def test_cycles_dangling_policies_and_nonsense_are_refused_with_their_place(story: Story) -> None:
    one, two = (
        {"id": key, "levels": [{"targets": ["user:ann"]}], "next_policy": other} for key, other in _PAIRS
    )
    with pytest.raises(InvalidInputError, match="no policy 'two'"):
        await story.policies(one)
    with pytest.raises(InvalidInputError, match="round for ever: one -> two -> one"):
        await story.policies(one, two)
    await story.policies(one, {**two, "next_policy": ""})
    with pytest.raises(InvalidInputError, match="round for ever: two -> one -> two"):
        await story.policies(two)
    bad = [
        {"id": "a b", "levels": [{"targets": ["user:ann"]}]},
        {"id": "b", "levels": [{"targets": ["ann", {"webhook": "ftp://x"}]}]},
        {"id": "c", "levels": [{"targets": ["user:ann"], "condition": "incident.severty == 'P0'"}]},
        {"id": "d", "levels": []},
        {"id": "e", "levels": [{"targets": ["user:ann"]}], "repeet": 1},
    ]
    places = []
    for one_of in bad:
        with pytest.raises(ConfigError) as refused:
            policy_from(one_of, "policy")
        places.append(refused.value.path)
    assert places == [
        "policy.id",
        "policy.levels[0].targets[0].receiver",
        "policy.levels[0].condition",
        "policy.levels",
        "policy.repeet",
    ]


_PAIRS = (("one", "two"), ("two", "one"))


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_hub_whose_clock_is_an_hour_wrong_pages_neither_early_nor_late(
    story: Story, hours: int
) -> None:
    right = story.rig.services
    wrong = HubClock(wall=lambda: time.time_ns() + hours * 3_600_000_000_000)
    story.rig.services = lambda: replace(right(), clock=wrong)
    await story.begin()
    await story.fire()
    run = await story.run()
    if (
        story.rig.database.dialect == "sqlite"
    ):  # its processes share the machine's clock, and this one's hub counts on
        now = wrong.micros()
    else:
        now = await story.rig.database.read(lambda c: database_now(c, 0))
    assert 298 * 1_000_000 < run["next_at"] - now <= 300 * 1_000_000
    (timer,) = [job for job in await story.rig.rows("job", kind="escalate") if job["payload"]["step"] == 2]
    assert timer["run_at"] == run["next_at"]


async def test_a_wall_clock_that_jumps_moves_no_timer(story: Story) -> None:
    jump = 0
    clock = HubClock(wall=lambda: time.time_ns() + jump)
    before = clock.micros()
    jump = 3_600_000_000_000
    assert clock.micros() - before < 1_000_000
    await story.begin()
    await story.fire()
    claimed = await story.rig.database.write(
        lambda c: claim(
            c,
            owner="x",
            limit=10,
            lease_micros=MINUTE,
            kinds=["escalate"],
            now=database_now(c, clock.micros()),
        )
    )
    assert [job.payload["step"] for job in claimed] == [1]  # what the story ran itself; the next is not due
