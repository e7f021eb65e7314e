"""While the database is gone nobody hears that an alert was taken; when it is back, the hub is too."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx
import pytest
from incident_hub.api.app import create_app
from incident_hub.host.config import HubConfig
from incident_hub.hub import Hub
from incident_hub.storage.tables import alert
from incident_hub.testing.postgres import PostgresServer
from sqlalchemy import select

DOORS = ("generic", "alertmanager", "grafana")
BACK_SECONDS = 60


@pytest.fixture
async def running(postgres_server: PostgresServer, tmp_path: Path) -> AsyncIterator[Hub]:
    """A whole hub, workers too, on PostgreSQL."""
    url = postgres_server.url(postgres_server.create_database("hub_template"))
    hub = await Hub.create(HubConfig(database_url=url, data_dir=tmp_path))
    app = create_app(hub)
    async with app.router.lifespan_context(app):
        yield hub


@pytest.fixture
async def sender(running: Hub) -> AsyncIterator[httpx.AsyncClient]:
    """A client of its doors."""
    transport = httpx.ASGITransport(create_app(running), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as opened:
        yield opened


async def post(client: httpx.AsyncClient, door: str, title: str) -> httpx.Response:
    """Send one good alert."""
    item = {"title": title, "labels": {"alertname": title}}
    return await client.post(f"/webhooks/{door}", json={"alerts": [item]})


async def until_taken(client: httpx.AsyncClient, title: str) -> str:
    """Send until it is accepted; the alert's id."""
    async with asyncio.timeout(BACK_SECONDS):
        while (answer := await post(client, "generic", title)).status_code != 202:
            check_refusal(answer)
            await asyncio.sleep(0.1)
    return str(answer.json()["alerts"][0]["alertId"])


def check_refusal(answer: httpx.Response) -> None:
    """Assert that the answer tells the sender to come again."""
    assert answer.status_code == 503, answer.text
    assert answer.json()["error"]["code"] == "database_unavailable"
    assert int(answer.headers["retry-after"]) > 0


async def stored_ids(hub: Hub) -> Sequence[str]:
    """The alerts in the database."""
    rows = await hub.database.read(lambda connection: connection.execute(select(alert.c.id)).all())
    return [row.id for row in rows]


async def test_without_a_database_every_alert_is_refused_for_later_and_none_is_stored(
    running: Hub, sender: httpx.AsyncClient, postgres_server: PostgresServer
) -> None:
    first = await until_taken(sender, "before")
    postgres_server.stop()
    try:
        answers = await asyncio.gather(*[post(sender, door, f"{n}") for n in range(10) for door in DOORS])
        ready = await sender.get("/health/ready")
    finally:
        postgres_server.start()
    for answer in answers:
        check_refusal(answer)
    assert (ready.status_code, "retry-after" in ready.headers) == (503, True)
    last = await until_taken(sender, "after")
    assert sorted(await stored_ids(running)) == sorted([first, last])
    assert (await sender.get("/health/ready")).status_code == 200


async def test_alerts_accepted_while_the_database_crashes_are_all_there_when_it_is_back(
    running: Hub, sender: httpx.AsyncClient, postgres_server: PostgresServer
) -> None:
    acked: list[str] = []
    crashed = asyncio.Event()
    enough = asyncio.Event()

    async def send(number: int) -> None:
        turn = 0
        while not crashed.is_set():
            turn += 1
            answer = await post(sender, DOORS[number % 3], f"{number}-{turn}")
            if answer.status_code != 202:
                return check_refusal(answer)
            acked.append(answer.json()["alerts"][0]["alertId"])
            if len(acked) > 100:
                enough.set()
        return None

    tasks = [asyncio.create_task(send(number)) for number in range(8)]
    await enough.wait()
    await asyncio.to_thread(postgres_server.kill)
    late = await asyncio.gather(*[post(sender, door, "late") for door in DOORS])
    crashed.set()
    try:
        await asyncio.gather(*tasks)
    finally:
        postgres_server.start()
    for answer in late:
        check_refusal(answer)
    acked.append(await until_taken(sender, "after"))
    assert set(acked) <= set(await stored_ids(running))
