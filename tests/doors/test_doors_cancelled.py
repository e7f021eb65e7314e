"""A sender that goes away at any moment leaves whole alerts or none, and nothing that stays in the way."""

import asyncio
import random
from pathlib import Path
from typing import Any

import httpx
import pytest
from incident_hub.domain.events import EventType
from incident_hub.host.config import HubConfig, IntakeConfig
from incident_hub.hub import Hub
from incident_hub.storage.tables import alert, event, incident
from sqlalchemy import Connection, func, select
from starlette.applications import Starlette
from starlette.types import Message

QUEUE = 6


@pytest.fixture
async def hub(database_url: str, tmp_path: Path) -> Hub:
    """A hub whose queue is short: what a cancelled request held of it would soon be missed."""
    config = HubConfig(
        database_url=database_url,
        database_pool_size=2,
        data_dir=tmp_path,
        intake=IntakeConfig(queue_limit=QUEUE),
    )
    return await Hub.create(config, workers=False)


def contradictions(connection: Connection) -> list[Any]:
    """Incidents whose alerts, count and events do not tell the same story."""
    alerts = select(func.count()).where(alert.c.incident_id == incident.c.id).scalar_subquery()
    told = (
        select(func.coalesce(func.sum(event.c.count), 0))
        .where(event.c.incident_id == incident.c.id)
        .where(event.c.type.in_((EventType.CREATED.value, EventType.ALERT_RECEIVED.value)))
        .scalar_subquery()
    )
    wrong = (alerts != incident.c.count) | (told != incident.c.count)
    return list(connection.execute(select(incident.c.title, incident.c.count, alerts, told).where(wrong)))


def strays(connection: Connection) -> list[Any]:
    """Alerts that belong to no incident that is there."""
    missing = incident.c.id.is_(None)
    query = select(alert.c.id).outerjoin(incident, alert.c.incident_id == incident.c.id).where(missing)
    return list(connection.execute(query))


async def test_requests_cancelled_at_every_step_leave_a_sound_database_and_a_free_queue(
    hub: Hub, client: httpx.AsyncClient
) -> None:
    chance = random.Random(7)
    for step in range(120):
        body = [{"title": f"trouble {step % 10}"}, {"title": f"trouble {step}"}]
        task = asyncio.create_task(client.post("/webhooks/generic", json=body))
        for _ in range(step % 40):
            await asyncio.sleep(0)
        if step % 3 == 0:
            await asyncio.sleep(chance.uniform(0, 0.01))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await hub.intake.drain()
    answer = await client.post("/webhooks/generic", json=[{"title": f"{n}"} for n in range(QUEUE)])
    assert (answer.status_code, answer.json()["accepted"]) == (202, QUEUE)
    several = await asyncio.gather(
        *[client.post("/webhooks/generic", json={"title": "x"}) for _ in range(QUEUE)]
    )
    assert {one.status_code for one in several} == {202}
    assert await hub.database.read(contradictions) == []
    assert await hub.database.read(strays) == []


async def test_a_body_that_ends_in_the_middle_stores_nothing(hub: Hub, app: Starlette) -> None:
    incoming: list[Message] = [
        {"type": "http.request", "body": b'{"title": "x"}', "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return incoming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/webhooks/generic",
        "query_string": b"",
        "headers": [],
    }
    await app(scope, receive, send)
    assert sent[0]["status"] == 400
    query = select(func.count()).select_from(alert)
    assert await hub.database.read(lambda connection: connection.execute(query).scalar_one()) == 0
