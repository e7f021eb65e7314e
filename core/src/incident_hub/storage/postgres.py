"""PostgreSQL over asyncpg; a function runs in a greenlet, so it reads as plain code."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import asyncpg
from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from incident_hub.storage.database import Database, DatabaseUnavailableError

__all__ = ["PostgresDatabase"]

T = TypeVar("T")
_log = logging.getLogger("incident_hub.storage")
_GONE = (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError)
_RETRY = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
_TRIES = 5


class PostgresDatabase(Database):
    """A pool of connections. A deadlock's victim is run again, whole."""

    dialect = "postgresql"

    def __init__(self, url: URL, *, pool_size: int) -> None:
        self.url = url
        self._engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            connect_args={"timeout": 5, "command_timeout": 60},
        )

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` at READ COMMITTED; it must not write."""
        return await self._run(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` and commit; `synchronous_commit` is the server's, on unless somebody turned it off."""
        return await self._run(work)

    async def close(self) -> None:
        """Close the pool."""
        await self._engine.dispose()

    async def _run(self, work: Callable[[Connection], T]) -> T:
        for attempt in range(_TRIES):
            try:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(work)
            except DBAPIError as error:
                cause = getattr(error.orig, "__cause__", None) or error.orig
                if isinstance(cause, _RETRY) and attempt + 1 < _TRIES:
                    _log.warning("PostgreSQL undid a transaction, it runs again: %s", cause)
                    continue
                if error.connection_invalidated or isinstance(error, (InterfaceError, OperationalError)):
                    raise DatabaseUnavailableError(f"PostgreSQL: {cause}") from error
                raise
            except _GONE as error:
                raise DatabaseUnavailableError(f"PostgreSQL: {error or type(error).__name__}") from error
        raise DatabaseUnavailableError("PostgreSQL: deadlock, five times in a row")
