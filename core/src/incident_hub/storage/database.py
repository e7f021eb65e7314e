"""One database behind two verbs: `read` and `write` run a plain function over one connection.

The function is synchronous on both databases, so that every repository is written once and a whole
transaction crosses to the database's thread in one hop. On SQLite one thread owns the one writing
connection and a few own reading ones; on PostgreSQL the function runs over asyncpg.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import URL, make_url

__all__ = ["Database", "DatabaseUnavailableError", "open_database"]

T = TypeVar("T")


class DatabaseUnavailableError(Exception):
    """The database cannot be reached or cannot write now; the caller may try again."""


class Database(ABC):
    """What the rest of the hub knows of its database."""

    dialect: str

    @abstractmethod
    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction that only reads."""

    @abstractmethod
    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction: its return means that everything is durably committed."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of every connection."""

    async def ping(self) -> None:
        """Raise `DatabaseUnavailableError` unless the database answers."""
        await self.read(lambda connection: connection.exec_driver_sql("SELECT 1"))


def open_database(url: str, *, pool_size: int = 10) -> Database:
    """The database that the URL names: `sqlite:///path`, `sqlite://` (in memory) or `postgresql://`."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        from incident_hub.storage.sqlite import SqliteDatabase  # noqa: PLC0415 - one of two drivers

        return SqliteDatabase(parsed, readers=2)
    from incident_hub.storage.postgres import PostgresDatabase  # noqa: PLC0415

    return PostgresDatabase(_asyncpg(parsed), pool_size=pool_size)


def _asyncpg(url: URL) -> URL:
    return url.set(drivername="postgresql+asyncpg")
