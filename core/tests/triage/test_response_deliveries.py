"""Records of deliveries, pauses and rates that delay but never lose, and what goes out together."""
# ruff: noqa: ANN401 - the rig is whatever conftest makes it

from dataclasses import replace
from typing import Any

import pytest
from incident_hub.host.config import ChannelConfig, NotifyTarget
from incident_hub_hookspecs import DeliveryCode, DeliveryError, Receipt

PAGE = NotifyTarget("pager", "P4", ("created", "resolved"), {"url": "https://secret.example/hook"})


class Pager:
    """Keeps what it heard; `answer` may refuse."""

    takes_groups = True

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.answer: Any = None

    async def send(self, notification: Any, _: Any) -> Receipt:
        self.heard.append(notification)
        if self.answer is not None:
            raise self.answer
        return Receipt(f"r-{len(self.heard)}", "ok")


@pytest.fixture
def pager(rig: Any) -> Pager:
    rig.add("notifiers", "pager", lambda *_: None)
    rig.configure(PAGE)
    rig.registry.notifiers["pager"] = found = Pager()
    return found


def _channel(rig: Any, **values: Any) -> None:
    channels = {"pager": ChannelConfig(**values)}
    rig.config = replace(rig.config, notify=replace(rig.config.notify, channels=channels))


async def _run(rig: Any, one: str, event: str = "created") -> str:
    payload = {"event": event, "number": "1", "target": "pager.0"}
    return str(await rig.run("notify", payload, key=f"notify:{one}:{event}:1:pager.0", incident_id=one))


async def _states(rig: Any) -> list[str]:
    return [row["state"] for row in await rig.rows("notification")]


async def test_triage_writes_a_record_with_each_intent_and_sending_completes_it(
    rig: Any, pager: Pager
) -> None:
    (one,) = await rig.incidents(1, severity="P0")
    await rig.triage([one])
    (queued,) = await rig.rows("notification")
    assert (queued["state"], queued["channel"], queued["urgent"]) == ("queued", "pager", 1)
    await _run(rig, one)
    (sent,) = await rig.rows("notification")
    assert (sent["state"], sent["attempts"], sent["provider_id"]) == ("sent", 1, "r-1")
    assert sent["sent_at"] is not None
    await _run(rig, one)
    assert len(pager.heard) == 1  # an intent that is written again is known


async def test_a_pause_holds_for_everyone_at_that_place_and_counts_as_no_failure(
    rig: Any, pager: Pager
) -> None:
    first, second = await rig.incidents(2)
    pager.answer = DeliveryError("429", retry_after=60, code=DeliveryCode.RATE_LIMIT)
    assert (await _run(rig, first)).startswith("Later")
    assert (await _run(rig, second)).startswith("Later")
    assert len(pager.heard) == 1
    one, other = await rig.rows("notification")
    assert (one["attempts"], one["failures"], other["attempts"]) == (1, 0, 0)
    assert other["next_at"] >= other["created_at"] + 59e6


async def test_a_rate_gives_each_its_turn_and_urgent_ones_do_not_wait_for_the_others(
    rig: Any, pager: Pager
) -> None:
    _channel(rig, per_receiver_per_minute=60, burst=2)
    flood = await rig.incidents(20, severity="P4")
    (urgent,) = await rig.incidents(1, severity="P0")
    ends = [await _run(rig, one) for one in flood]
    assert [end == "done" for end in ends] == [True] * 2 + [False] * 18
    assert await _run(rig, urgent) == "done"
    turns = [row["next_at"] for row in await rig.rows("notification", state="queued")]
    assert len(turns) == 18
    assert turns == sorted(turns)
    assert turns[-1] - turns[0] == pytest.approx(17e6, abs=1e6)
    assert all(later.startswith("Later") for later in [await _run(rig, one) for one in flood[2:4]])


async def test_gone_is_never_asked_again_until_it_is_allowed_or_its_address_changes(
    rig: Any, pager: Pager
) -> None:
    first, second, third = await rig.incidents(3)
    pager.answer = DeliveryError("410", retry=False, code=DeliveryCode.GONE)
    assert (await _run(rig, first)).startswith("GiveUp: DeliveryError: 410")
    pager.answer = None
    assert "deliveries allow" in await _run(rig, second)
    assert len(pager.heard) == 1
    assert await _states(rig) == ["dead", "dead"]
    moved = replace(PAGE, options={"url": "https://new.example"})
    rig.config = replace(rig.config, notify=replace(rig.config.notify, targets=(moved,)))
    assert await _run(rig, third) == "done"


async def test_what_cannot_be_delivered_turns_to_the_fallback_once(rig: Any, pager: Pager) -> None:
    rig.config = replace(
        rig.config, notify=replace(rig.config.notify, fallback=("user:ann", "target:pager.0"))
    )
    (one,) = await rig.incidents(1)
    pager.answer = DeliveryError("404", retry=False)
    for _ in range(2):
        await _run(rig, one)
    (page,) = await rig.rows("job", kind="page")
    assert page["payload"]["receiver"] == "user:ann"
    assert page["payload"]["because"]["undelivered"] == "pager.0"


async def _digest(rig: Any) -> str:
    job = (await rig.rows("job", kind="digest"))[-1]
    return str(await rig.run("digest", job["payload"], key=job["key"]))


async def test_a_group_goes_out_as_one_message_and_a_repeat_tells_of_the_same(rig: Any, pager: Pager) -> None:
    _channel(rig, group_wait_seconds=30, group_interval_seconds=300)
    members = await rig.incidents(3, severity="P3", group_id="g")
    (alone,) = await rig.incidents(1, severity="P2")
    for one in (*members, alone):
        assert await _run(rig, one) == "done"
    assert (pager.heard, await _states(rig)) == ([], ["held"] * 4)
    both = await rig.rows("job", kind="digest")
    assert [job["run_at"] - job["created_at"] for job in both] == [30e6, 30e6]
    pager.answer = DeliveryError("503")
    assert (await rig.run("digest", both[0]["payload"], key=both[0]["key"])).startswith("Later")
    (late,) = await rig.incidents(1, severity="P3", group_id="g")
    await _run(rig, late)  # comes too late for this message
    pager.answer = None
    assert await rig.run("digest", both[0]["payload"], key=both[0]["key"]) == "done"
    tried, told = pager.heard
    assert (tried.key, tried.others) == (told.key, told.others)
    assert sorted((told.incident.id, *(one.id for one in told.others))) == sorted(members)
    assert "3 incidents" in told.text
    assert sorted(await _states(rig)) == ["held", "held", "sent", "sent", "sent"]
    after = (await rig.rows("job", kind="digest"))[-1]
    assert after["run_at"] - after["created_at"] > 290e6  # the interval since the last message
    assert {row["data"]["together"] for row in await rig.rows("event", type="NotificationSent")} == {"3"}


async def test_urgent_ones_are_not_held_and_what_was_over_within_the_wait_is_never_told(
    rig: Any, pager: Pager
) -> None:
    _channel(rig, group_wait_seconds=30, group_by="receiver")
    (urgent,) = await rig.incidents(1, severity="P1")
    assert await _run(rig, urgent) == "done"
    assert len(pager.heard) == 1
    blip, real = await rig.incidents(2, severity="P3")
    await _run(rig, blip)
    await _run(rig, real)
    await rig.change("incident", blip, state="resolved")
    await _run(rig, blip, "resolved")
    assert await _digest(rig) == "done"
    assert [one.incident.id for one in pager.heard[1:]] == [real]
    assert (pager.heard[1].others, pager.heard[1].text[:5]) == ((), "[P3] ")
    assert sorted(await _states(rig)) == ["sent", "sent", "suppressed", "suppressed"]
