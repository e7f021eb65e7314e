"""A page finds whoever is there when it runs, tells each of their addresses once, and never ends in silence."""
# ruff: noqa: ANN401 - the rig is whatever conftest makes it

from dataclasses import replace
from typing import Any

import pytest
from incident_hub.domain.receivers import Receiver
from incident_hub.host.config import ChannelConfig, HubConfig, HubConfigError, NotifyConfig, NotifyTarget
from incident_hub.host.config_tree import build
from incident_hub.response.paging.jobs import page_job
from incident_hub.response.people.documents import parse_documents
from incident_hub.response.people.writing import apply_records
from incident_hub.storage.tables import incident
from incident_hub_hookspecs import Person, Receipt, Shift, Team
from sqlalchemy import update

ANN = Person("ann", email="ann@x.example", contacts={"pager": "+1 555 1", "nothing": "?"})
BEN = Person("ben", contacts={"pager": "+1 555 2"})
CHAT = NotifyTarget("chat", "P0", ("created",), {"url": "https://chat.example"})


class People:
    """A directory of two people, a team and a schedule."""

    async def on_call(self, schedule: str, _at: Any) -> list[Shift]:
        nobody = Person("eve")
        return [Shift(nobody, schedule), Shift(BEN, schedule)] if schedule == "primary" else []

    async def person(self, id: str) -> Person | None:  # noqa: A002
        return {"ann": ANN, "ben": BEN}.get(id)

    async def team(self, id: str) -> Team | None:  # noqa: A002
        teams = {"calm": Team("calm", members=("ann", "gone")), "duty": Team("duty", schedule="primary")}
        return teams.get(id)

    async def service(self, id: str) -> None:  # noqa: A002, ARG002
        return None


@pytest.fixture
def rig(rig: Any) -> Any:
    rig.add("directories", "people", lambda: None)
    rig.registry.directories["people"] = People()
    for name in ("pager", "chat"):
        rig.add("notifiers", name, lambda *_: Receipt("id"))
    rig.configure(CHAT)
    return rig


async def _page(rig: Any, receiver: str, number: str = "1", **given: Any) -> str:
    (one,) = await rig.incidents(1, severity="P1")
    job = page_job(one, given.pop("event", "escalated"), number, Receiver.parse(receiver), "P1", **given)
    assert (await rig.run("page", job.payload, key=job.key, incident_id=one)) != ""
    return str(one)


async def _told(rig: Any) -> list[tuple[str, str]]:
    jobs = [row["payload"] for row in await rig.rows("job", kind="notify")]
    return sorted((job.get("person") or job["target"], job.get("address", "")) for job in jobs)


@pytest.mark.parametrize(
    ("receiver", "told"),
    [
        ("user:ann", [("ann", "+1 555 1")]),
        ("schedule:primary", [("ben", "+1 555 2")]),  # the first on call has no address
        ("team:duty", [("ben", "+1 555 2")]),
        ("team:calm", [("ann", "+1 555 1")]),
        ("target:chat.0", [("chat.0", "")]),
        (
            "user:ann|mail",
            [("ann", "+1 555 1")],
        ),  # who has none of the channels asked for hears on what there is
    ],
)
async def test_a_receiver_becomes_its_addresses(rig: Any, receiver: str, told: list[tuple[str, str]]) -> None:
    name, _, channel = receiver.partition("|")
    await _page(rig, name, because={"policy": "night"}, channels=[channel] if channel else [])
    assert await _told(rig) == told
    (event,) = await rig.rows("event")
    assert (event["type"], event["data"]["because"]) == ("Paged", {"policy": "night"})
    assert "+1 555" not in str(event["data"])


async def test_one_address_hears_once_of_one_cause(rig: Any) -> None:
    (one,) = await rig.incidents(1)
    for receiver in ("user:ben", "schedule:primary", "team:duty"):
        job = page_job(one, "escalated", "1", Receiver.parse(receiver), "P3")
        await rig.run("page", job.payload, key=job.key, incident_id=one)
    assert await _told(rig) == [("ben", "+1 555 2")]


@pytest.mark.parametrize(
    "receiver", ["user:zoe", "schedule:empty", "team:none", "target:gone.7", "user:eve|mail", "nonsense"]
)
async def test_nobody_there_reaches_the_fallback_and_the_timeline(rig: Any, receiver: str) -> None:
    rig.config = HubConfig(notify=NotifyConfig(targets=(CHAT,), fallback=("user:ben",)))
    (one,) = await rig.incidents(1)
    name, _, channel = receiver.partition("|")
    payload = {
        "event": "escalated",
        "number": "1",
        "receiver": name,
        "channels": [channel] if channel else [],
    }
    assert await rig.run("page", payload, incident_id=one) == "done"
    assert await _told(rig) == [("ben", "+1 555 2")]
    assert [row["type"] for row in await rig.rows("event")] == ["NobodyPaged", "Paged"]


async def test_without_a_fallback_every_target_hears_and_without_any_it_is_a_dead_letter(rig: Any) -> None:
    await _page(rig, "user:zoe")
    assert await _told(rig) == [("chat.0", "")]
    rig.configure()
    (one,) = await rig.incidents(1)
    payload = {"event": "escalated", "number": "1", "receiver": "user:zoe"}
    assert (await rig.run("page", payload, incident_id=one)).startswith("GiveUp: nobody can be reached")
    assert [row["type"] for row in await rig.rows("event", incident_id=one)] == ["NobodyPaged"]


async def test_an_acknowledged_incident_pages_nobody_of_its_beginning_but_of_what_comes_after(
    rig: Any,
) -> None:
    (one,) = await rig.incidents(1, acknowledged_by="ann")
    for event in ("created", "escalated"):
        await rig.run("page", {"event": event, "number": "1", "receiver": "user:ben"}, incident_id=one)
    assert [row["data"]["event"] for row in await rig.rows("event") if "skipped" in row["data"]] == [
        "created"
    ]
    assert await _told(rig) == [("ben", "+1 555 2")]


async def test_a_notifier_is_given_the_channel_s_options_and_the_address(rig: Any) -> None:
    heard: list[Any] = []
    rig.add("notifiers", "pager", lambda notification, _: heard.append(notification) or Receipt("sms-1"))
    channel = ChannelConfig(options={"sender": "HUB", "to": "nobody"})
    rig.config = replace(rig.config, notify=replace(rig.config.notify, channels={"pager": channel}))
    await _page(rig, "user:ben")
    (row,) = await rig.rows("job", kind="notify")
    await rig.run("notify", row["payload"], key=row["key"], incident_id=row["incident_id"])
    assert dict(heard[0].target) == {"sender": "HUB", "to": "+1 555 2"}
    assert heard[0].key == row["key"]
    (sent,) = await rig.rows("event", type="NotificationSent")
    assert (sent["data"]["person"], sent["data"]["receipt"]) == ("ben", "sms-1")
    assert "+1 555" not in str(sent["data"])


def test_a_fallback_that_is_no_receiver_is_named() -> None:
    with pytest.raises(HubConfigError, match=r"notify\.fallback\[1\].*is no receiver"):
        build(HubConfig, {"notify": {"fallback": ["user:ann", "ann"]}}, "")


async def test_what_a_user_does_not_want_pages_nobody_and_a_delayed_contact_waits(rig: Any) -> None:
    contact = {"channel": "pager", "address": "+1 555 9", "severities": ["P1"], "delay_seconds": 600}
    records, _ = parse_documents({"users": [{"id": "dee", "contacts": [contact]}]})
    await rig.database.write(lambda c: apply_records(c, records, "test", 1))
    (one,) = await rig.incidents(1, severity="P3")
    await rig.run("page", {"event": "escalated", "number": "1", "receiver": "user:dee"}, incident_id=one)
    assert await _told(rig) == []
    (event,) = await rig.rows("event", incident_id=one)
    assert event["data"]["skipped"] == "dee does not want to hear of P3"
    await _page(rig, "user:dee")
    (job,) = await rig.rows("job", kind="notify")
    assert job["run_at"] > job["created_at"] + 599_000_000
    mine = {"incident_id": job["incident_id"]}
    ack = update(incident).where(incident.c.id == mine["incident_id"]).values(acknowledged_by="ann")
    await rig.database.write(lambda c: c.execute(ack))
    assert await rig.run("notify", job["payload"], key=job["key"], **mine) == "done"
    (sent,) = await rig.rows("event", type="NotificationSent", **mine)
    assert sent["data"]["skipped"] == "somebody has acknowledged it meanwhile"
    (paged,) = await rig.rows("event", type="Paged", **mine)
    assert "600 s after the page" in paged["data"]["ways"][0]["why"]
