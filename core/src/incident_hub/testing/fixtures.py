"""pytest fixtures; a pytest11 entry point, so they are there wherever the hub is installed.

The hub is imported inside the fixtures: a test run that uses none of them pays nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from incident_hub.storage.database import Database
    from incident_hub.testing.postgres import PostgresServer

__all__ = ["database", "database_url", "postgres_server"]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL with a database `hub_template` that has the current schema."""
    from incident_hub.testing.postgres import PostgresServer  # noqa: PLC0415
    from incident_hub.testing.template import make_template  # noqa: PLC0415

    server = PostgresServer()
    try:
        server.start()
        make_template(server)
        yield server
    finally:
        server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database with the current schema, once on each kind."""
    from incident_hub.testing.template import sqlite_copy  # noqa: PLC0415

    if request.param == "sqlite":
        yield sqlite_copy(tmp_path / "hub.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.borrow()
    yield server.url(name)
    server.give_back(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """That database, open."""
    from incident_hub.storage.opening import open_database  # noqa: PLC0415

    opened = open_database(database_url, pool_size=10)
    yield opened
    await opened.close()
