"""Who was told of the beginning hears of the end, once, whoever ended it; of an acknowledgement who wants to."""
# ruff: noqa: ANN401 - fixtures of this folder

from dataclasses import replace
from typing import Any

import pytest
from incident_hub.host.config import NotifyConfig, NotifyTarget
from incident_hub.lifecycle import Lifecycle
from incident_hub.response.notify.reach import Reach, reach_job
from incident_hub.storage.tables import job
from incident_hub.work.queue import enqueue
from incident_hub_hookspecs import Receipt
from sqlalchemy import delete

ROOM = NotifyTarget("room", min_severity="P4", on=("created", "acknowledged", "resolved"))
QUIET = NotifyTarget("room", min_severity="P4", on=("created", "resolved"))
ANN = Reach("user:ann", "room", "ann", "ann@example.com")
HOOK = Reach("webhook:hooks.example.com", "room", address="https://hooks.example.com/1")


class Ending:
    """An incident that a room and two addresses were told of."""

    def __init__(self, rig: Any) -> None:
        self.rig = rig
        rig.add("notifiers", "room", lambda *_: Receipt("1"))
        rig.config = replace(rig.config, notify=NotifyConfig(targets=(ROOM, QUIET)))
        self.lifecycle = Lifecycle(rig.database, rig.services().clock, lambda: None)

    async def begin(self) -> str:
        (key,) = await self.rig.incidents(1, severity="P1", state="triaged")
        jobs = [reach_job(key, "escalated", "1.1", reach, "P1") for reach in (ANN, HOOK)]
        await self.rig.database.write(lambda c: enqueue(c, jobs, 1))
        await self.work()
        return str(key)

    async def work(self) -> None:
        """Run all that waits, once each."""
        for kind in ("route", "page", "notify"):
            for one in await self.rig.rows("job", kind=kind, state="ready"):
                await self.rig.run(kind, one["payload"], key=one["key"], incident_id=one["incident_id"])
                await self.rig.change("job", one["id"], state="done", result="sent")

    async def told(self, event: str) -> list[str]:
        rows = [row["data"] for row in await self.rig.rows("event") if row["type"] == "NotificationSent"]
        return sorted(one["target"] for one in rows if one["event"] == event and "skipped" not in one)


@pytest.fixture
def ending(rig: Any) -> Ending:
    return Ending(rig)


async def test_a_persons_resolve_is_told_where_the_pages_went_once_each(ending: Ending) -> None:
    key = await ending.begin()
    await ending.lifecycle.acknowledge(key, "ann")
    await ending.work()
    assert await ending.told("acknowledged") == ["room.0"]
    await ending.lifecycle.resolve(key, "ann")
    await ending.work()
    await ending.work()
    assert await ending.told("resolved") == sorted([ANN.place, HOOK.place, "room.0", "room.1"])


async def test_who_was_paged_long_ago_is_looked_for_once_more(ending: Ending) -> None:
    key = await ending.begin()
    await ending.rig.database.write(lambda c: c.execute(delete(job)) and None)
    await ending.lifecycle.resolve(key, "ann")
    (route,) = await ending.rig.rows("job", kind="route")
    await ending.rig.run("route", route["payload"], key=route["key"])
    (page,) = await ending.rig.rows("job", kind="page")
    assert (page["payload"]["receiver"], page["payload"]["channels"]) == ("user:ann", ["room"])


async def test_who_has_not_been_told_yet_is_told_neither_of_beginning_nor_end(ending: Ending) -> None:
    (key,) = await ending.rig.incidents(1, severity="P1", state="triaged")
    waiting = [reach_job(key, "created", "1", ANN, "P1")]
    await ending.rig.database.write(lambda c: enqueue(c, waiting, 1))
    await ending.lifecycle.resolve(key, "bob")
    (route,) = await ending.rig.rows("job", kind="route")
    await ending.rig.run("route", route["payload"], key=route["key"])
    await ending.work()
    assert ANN.place not in await ending.told("created") + await ending.told("resolved")
