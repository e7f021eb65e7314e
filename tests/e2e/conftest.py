"""A whole hub behind a real server on a loopback port."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import httpx
import pytest
from incident_hub.api.server import server_of
from incident_hub.domain.events import EventType
from incident_hub.host.config import HubConfig
from incident_hub.hub import Hub
from incident_hub.storage.tables import event
from incident_hub.testing.postgres import free_port
from sqlalchemy import select

Storm = Callable[[str, int], Awaitable[None]]
Created = Callable[[], Awaitable[Sequence[int]]]


@pytest.fixture
async def hub(database_url: str, tmp_path: Path) -> AsyncIterator[Hub]:
    """A hub that serves."""
    hub = await Hub.create(HubConfig(database_url=database_url, data_dir=tmp_path, port=free_port()))
    server = server_of(hub)
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(20):
        while True:
            await asyncio.sleep(0.01)
            if server.started:
                break
    yield hub
    server.should_exit = True
    await task


@pytest.fixture
async def storm(hub: Hub) -> AsyncIterator[Storm]:
    """Send alerts of so many incidents through the door, one after the other."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{hub.config.port}") as client:

        async def send(name: str, incidents: int) -> None:
            for number in range(incidents):
                answer = await client.post("/webhooks/generic", json={"title": f"{name} {number}"})
                assert answer.status_code == 202

        yield send


@pytest.fixture
def created(hub: Hub) -> Created:
    """The cursors at which incidents were opened, as the database has them."""

    async def read() -> Sequence[int]:
        query = select(event.c.cursor).where(event.c.type == EventType.CREATED.value).order_by(event.c.cursor)
        rows = await hub.database.read(lambda connection: connection.execute(query).all())
        return [row.cursor for row in rows]

    return read
