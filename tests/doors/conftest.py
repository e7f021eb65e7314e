"""A whole hub behind its webhook doors, in process, and what it stored."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import orjson
import pytest
from incident_hub.api.app import create_app
from incident_hub.host.config import HubConfig
from incident_hub.hub import Hub
from incident_hub.storage.tables import alert
from incident_hub.testing.template import sqlite_copy
from sqlalchemy import select
from starlette.applications import Starlette


@pytest.fixture
async def hub(tmp_path: Path) -> Hub:
    """A hub on SQLite that takes alerts; its application's lifespan starts and stops it."""
    url = sqlite_copy(tmp_path / "hub.db")
    return await Hub.create(HubConfig(database_url=url, data_dir=tmp_path), workers=False)


@pytest.fixture
async def app(hub: Hub) -> AsyncIterator[Starlette]:
    """The hub's application, started."""
    made = create_app(hub)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """A client that gets the 500 which a failure becomes, as a sender would."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as opened:
        yield opened


@pytest.fixture
async def client_of() -> AsyncIterator[Callable[[Hub], Awaitable[httpx.AsyncClient]]]:
    """Opens clients of further hubs, and closes both."""
    async with AsyncExitStack() as stack:

        async def go(hub: Hub) -> httpx.AsyncClient:
            made = create_app(hub)
            await stack.enter_async_context(made.router.lifespan_context(made))
            transport = httpx.ASGITransport(made, raise_app_exceptions=False)
            return await stack.enter_async_context(
                httpx.AsyncClient(transport=transport, base_url="http://hub")
            )

        yield go


@pytest.fixture
def stored(hub: Hub) -> Callable[[], Awaitable[Sequence[str]]]:
    """The titles of the alerts in the database, in the order in which they came."""

    async def titles() -> Sequence[str]:
        query = select(alert.c.body).order_by(alert.c.id)
        rows = await hub.database.read(lambda connection: connection.execute(query).all())
        return [orjson.loads(row.body)["title"] for row in rows]

    return titles
