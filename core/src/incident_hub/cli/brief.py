"""What a plugin's command has of the hub: each call stands alone, as each may run on a loop of its own."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from incident_hub_hookspecs import HttpResponse
from sqlalchemy import Connection

from incident_hub.cli.settings import open_configured
from incident_hub.host.config import HubConfig
from incident_hub.host.outside import GuardedClient
from incident_hub.storage.database import Database

__all__ = ["BriefDatabase", "BriefHttp"]

T = TypeVar("T")


class BriefDatabase(Database):
    """The configured database, opened for one call and closed after it."""

    def __init__(self, config: HubConfig) -> None:
        self._config = config
        self.dialect = "sqlite" if config.database_url.startswith("sqlite") else "postgresql"

    async def read(self, work: Callable[[Connection], T]) -> T:
        """As the hub's."""
        async with self._opened() as database:
            return await database.read(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """As the hub's."""
        async with self._opened() as database:
            return await database.write(work)

    async def migrate(self, work: Callable[[Connection], T]) -> T:
        """As the hub's."""
        async with self._opened() as database:
            return await database.migrate(work)

    async def close(self) -> None:
        """Nothing is open."""

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Database]:
        database = open_configured(self._config)
        try:
            yield database
        finally:
            await database.close()


class BriefHttp:
    """The guarded way out, for one request."""

    async def request(self, method: str, url: str, **options: Any) -> HttpResponse:  # noqa: ANN401 - passed on
        """As the hub's."""
        client = GuardedClient()
        try:
            return await client.request(method, url, **options)
        finally:
            await client.aclose()
