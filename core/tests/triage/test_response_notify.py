"""Who hears what, once, under one key; and who is spared."""
# ruff: noqa: ANN401 - the rig and what fakes answer are whatever a test makes them

from dataclasses import replace
from typing import Any

import pytest
from incident_hub.host.config import NotifyTarget
from incident_hub_hookspecs import DeliveryError, Receipt

PAGE = NotifyTarget("pager", "P1", ("created", "resolved"), {"url": "https://secret.example/hook"})
CHAT = NotifyTarget("chat", "P4", ("created", "resolved", "reopened"))


def _sent(*_: Any) -> Receipt:
    return Receipt("id-1", "ok")


async def _one(rig: Any, **values: Any) -> str:
    (one,) = await rig.incidents(1, **values)
    return str(one)


async def _keys(rig: Any) -> list[str]:
    return sorted(row["key"].split(":", 2)[2] for row in await rig.rows("job", kind="notify"))


async def test_triage_notifies_the_targets_that_want_it(rig: Any) -> None:
    rig.configure(PAGE, CHAT, NotifyTarget("nobody", "P4"))
    rig.add("notifiers", "pager", _sent)
    rig.add("notifiers", "chat", _sent)
    await rig.triage([await _one(rig, severity="P0"), await _one(rig, severity="P2")])
    assert await _keys(rig) == ["created:1:chat.1", "created:1:chat.1", "created:1:pager.0"]
    assert {row["priority"] for row in await rig.rows("job")} == {0, 2}
    assert "secret" not in str(await rig.rows("job"))


async def test_a_silenced_incident_notifies_nobody_unless_its_beginning_was_sent(rig: Any) -> None:
    rig.configure(PAGE)
    rig.add("notifiers", "pager", _sent)
    quiet = await _one(rig, severity="P0", silenced_by="s")
    loud = await _one(rig, severity="P0")
    await rig.triage([quiet, loud])
    for one in (quiet, loud):
        await rig.change("incident", one, state="resolved", silenced_by="s")
        await rig.run("route", {"incident": one, "event": "resolved"}, key=f"route:{one}:resolved:3")
    keys = [row["key"] for row in await rig.rows("job", kind="notify")]
    assert sorted(keys) == [f"notify:{loud}:created:1:pager.0", f"notify:{loud}:resolved:3:pager.0"]


async def test_a_route_that_comes_again_asks_once(rig: Any) -> None:
    rig.configure(CHAT)
    rig.add("notifiers", "chat", _sent)
    one = await _one(rig, state="resolved")
    for _ in range(2):
        await rig.run("route", {"incident": one, "event": "resolved"}, key=f"route:{one}:resolved:2")
    assert await _keys(rig) == ["resolved:2:chat.0"]


async def test_a_resolve_is_outdated_once_the_incident_came_back(rig: Any) -> None:
    rig.configure(CHAT)
    rig.add("notifiers", "chat", _sent)
    one = await _one(rig, state="investigating")
    await rig.run("route", {"incident": one, "event": "resolved"})
    assert await _keys(rig) == []


async def _notify(rig: Any, one: str, event: str = "created", **job: Any) -> str:
    key = f"notify:{one}:{event}:1:pager.0"
    payload = {"event": event, "target": "pager.0"}
    return str(await rig.run("notify", payload, key=key, incident_id=one, **job))


async def test_a_notification_leaves_its_receipt_and_no_address(rig: Any) -> None:
    heard: list[Any] = []
    rig.configure(PAGE)
    rig.add("notifiers", "pager", lambda notification, _: heard.append(notification) or _sent())
    one = await _one(rig, severity="P1", title="slow", source="grafana")
    assert await _notify(rig, one) == "done"
    assert (heard[0].text, heard[0].target["url"]) == ("[P1] slow (grafana)", "https://secret.example/hook")
    (event,) = await rig.rows("event")
    assert (event["type"], event["data"]["receipt"]) == ("NotificationSent", "id-1")
    assert "secret.example" not in str(event)


async def test_retries_carry_one_key_and_the_wait_that_was_asked_for(rig: Any) -> None:
    keys: list[str] = []

    def fail(notification: Any, _: Any) -> None:
        keys.append(notification.key)
        raise DeliveryError("503", retry_after=7)

    rig.configure(PAGE)
    rig.config = replace(rig.config, notify=replace(rig.config.notify, retry_seconds=(1, 100)))
    rig.add("notifiers", "pager", fail)
    one = await _one(rig)
    assert [(await _notify(rig, one)).split(":")[0] for _ in range(2)] == ["Later", "Later"]
    assert keys == [f"notify:{one}:created:1:pager.0"] * 2
    (record,) = await rig.rows("notification")
    assert (record["state"], record["attempts"], record["failures"]) == ("failed", 2, 2)
    assert 80e6 <= record["next_at"] - record["updated_at"] <= 120e6
    assert await rig.rows("event") == []
    assert (await _notify(rig, one)).startswith("GiveUp")
    assert [row["type"] for row in await rig.rows("event")] == ["NotificationFailed"]
    assert [row["state"] for row in await rig.rows("notification")] == ["dead"]


async def test_a_refusal_is_not_tried_again(rig: Any) -> None:
    def refuse(*_: Any) -> None:
        raise DeliveryError("404", retry=False)

    rig.configure(PAGE)
    rig.add("notifiers", "pager", refuse)
    assert (await _notify(rig, await _one(rig))).startswith("GiveUp")


@pytest.mark.parametrize(
    ("event", "values"),
    [
        ("created", {"state": "resolved"}),
        ("created", {"acknowledged_by": "ann"}),
        ("resolved", {"state": "investigating"}),
    ],
)
async def test_news_that_is_old_is_skipped_and_says_so(rig: Any, event: str, values: dict[str, Any]) -> None:
    rig.configure(PAGE)
    fake = rig.add("notifiers", "pager", _sent)
    one = await _one(rig, **values)
    assert await _notify(rig, one, event) == "done"
    assert fake.calls == 0
    (said,) = await rig.rows("event")
    assert said["data"]["skipped"]


async def test_the_end_of_what_was_never_sent_is_not_sent(rig: Any) -> None:
    rig.configure(PAGE)
    fake = rig.add("notifiers", "pager", _sent)
    one = await _one(rig, state="resolved")
    await _notify(rig, one, "created")
    await _notify(rig, one, "resolved")
    assert fake.calls == 0


async def test_the_end_is_sent_when_an_attempt_before_may_have_sent_the_beginning(rig: Any) -> None:
    rig.configure(PAGE)
    fake = rig.add("notifiers", "pager", _sent)
    one = await _one(rig, state="resolved")
    await _notify(rig, one, "created", attempts=2)
    await _notify(rig, one, "resolved")
    assert fake.calls == 1


async def test_a_target_that_was_taken_away_gives_up(rig: Any) -> None:
    rig.configure()
    assert (await _notify(rig, await _one(rig))).startswith("GiveUp: no such target")
