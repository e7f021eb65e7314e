"""What silences do to incidents, and what the timeline says of it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
from incident_hub.domain.times import SECOND
from incident_hub.hub import Hub
from incident_hub.intake.silencer import Silencer
from incident_hub.storage.tables import event, incident, silence
from sqlalchemy import select, update

Fire = Callable[..., Awaitable[httpx.Response]]
Alerts = Callable[..., Awaitable[list[dict[str, Any]]]]
Mute = Callable[..., Awaitable[str]]


def later(**parts: float) -> str:
    """A time from now on, as it is written."""
    return (datetime.now(UTC) + timedelta(**parts)).isoformat()


async def marks(hub: Hub) -> dict[str, str | None]:
    """What each incident says of its silence, by title."""
    query = select(incident.c.title, incident.c.silenced_by)
    rows = await hub.database.read(lambda c: c.execute(query).all())
    return {row.title: row.silenced_by for row in rows}


async def events(hub: Hub, kind: str) -> list[tuple[str | None, str, dict[str, Any]]]:
    """The timeline's events of one type: incident, actor, data."""
    query = select(event.c.incident_id, event.c.actor, event.c.data).where(event.c.type == kind)
    rows = await hub.database.read(lambda c: c.execute(query.order_by(event.c.cursor)).all())
    return [(row.incident_id, row.actor, orjson.loads(row.data)) for row in rows]


async def test_a_silence_mutes_what_is_open_and_what_comes_until_it_is_expired(
    hub: Hub, client: httpx.AsyncClient, fire: Fire, alerts: Alerts, mute: Mute
) -> None:
    await fire(alertname="Slow", pod="1")
    await fire(alertname="Down")
    made = await mute()
    await fire(alertname="Slow", pod="2")
    muted = await alerts(("active", "false"))
    assert {a["labels"]["pod"] for a in muted} == {"1", "2"}
    assert all(a["status"] == {"state": "suppressed", "silencedBy": [made], "inhibitedBy": [], "mutedBy": []}
               for a in muted)  # fmt: skip
    assert [a["labels"]["alertname"] for a in await alerts(("silenced", "false"))] == ["Down"]
    assert (await marks(hub)) == {"Slow": made, "Down": None}
    assert (await client.delete(f"/api/v2/silence/{made}")).status_code == 200
    assert {a["status"]["state"] for a in await alerts()} == {"active"}
    assert set((await marks(hub)).values()) == {None}


async def test_making_and_expiring_one_is_told_on_the_timeline(
    hub: Hub, client: httpx.AsyncClient, fire: Fire, mute: Mute
) -> None:
    await fire(alertname="Slow")
    made = await mute(comment="password=hunter22 is known")
    await client.delete(f"/api/v2/silence/{made}")
    told = await events(hub, "SilenceChanged")
    assert [(i, actor, d["silence"], d["after"]["state"]) for i, actor, d in told] == [
        (None, "ann", made, "active"),
        (None, "alertmanager-api", made, "expired"),
    ]
    assert b"hunter22" not in orjson.dumps(told)
    assert [(d["before"], d["after"]) for _, _, d in await events(hub, "Silenced")] == [
        (None, made),
        (made, None),
    ]


async def test_other_matchers_make_another_silence_and_end_the_old_one(
    hub: Hub, client: httpx.AsyncClient, fire: Fire, mute: Mute
) -> None:
    await fire(alertname="Slow")
    made = await mute()
    new = await mute({"name": "alertname", "value": "Down", "isRegex": False}, id=made)
    assert new != made
    states = {s["id"]: s["status"]["state"] for s in (await client.get("/api/v2/silences")).json()}
    assert states == {made: "expired", new: "active"}
    assert await marks(hub) == {"Slow": None}


async def test_one_that_begins_or_ends_by_itself_is_applied_by_the_sweep(
    hub: Hub, fire: Fire, mute: Mute
) -> None:
    await fire(alertname="Slow")
    made = await mute(startsAt=later(hours=1), endsAt=later(hours=2))
    silencer = Silencer(hub.database, hub.clock, hub.wake)
    assert await silencer.sweep() == 0
    now = hub.clock.micros()
    await _move(hub, starts_at=now - SECOND)
    assert (await silencer.sweep(), await marks(hub)) == (1, {"Slow": made})
    await _move(hub, ends_at=hub.clock.micros() - 1)
    assert (await silencer.sweep(), await marks(hub)) == (1, {"Slow": None})
    assert await silencer.sweep() == 0


async def test_more_open_incidents_than_one_chunk_holds_are_all_muted(
    hub: Hub, client: httpx.AsyncClient, mute: Mute
) -> None:
    items = [{"labels": {"alertname": "Slow", "pod": str(n)}} for n in range(1203)]
    assert (await client.post("/api/v2/alerts", json=items)).status_code == 200
    made = await mute()
    counted = select(incident.c.id).where(incident.c.silenced_by == made)
    assert len(await hub.database.read(lambda c: c.execute(counted).all())) == 1203
    await client.delete(f"/api/v2/silence/{made}")
    assert await hub.database.read(lambda c: c.execute(counted).all()) == []


async def _move(hub: Hub, **values: int) -> None:
    await hub.database.write(lambda c: c.execute(update(silence).values(**values)).rowcount)
