"""One database behind two verbs: `read` and `write` run a plain function over one connection.

The function is synchronous on both databases, so that every repository is written once and a whole
transaction crosses to the database's thread in one hop. On SQLite one thread owns the one writing
connection and a few own reading ones; on PostgreSQL the function runs over asyncpg.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection

__all__ = ["Database", "DatabaseUnavailableError"]

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

    async def migrate(self, work: Callable[[Connection], T]) -> T:
        """As `write`, for work that changes the schema: on SQLite references are not enforced meanwhile.

        A table that is rebuilt is dropped in between, and would take along the rows that refer to it.
        """
        return await self.write(work)

    async def write_apart(self, work: Callable[[Connection], T]) -> T:
        """As `write`, and `work` may run in another process of the hub, where there is one for it.

        It is a module's function, or a `partial` of one, and goes there and back by pickle.
        """
        return await self.write(work)

    def start_writer(self, known: Sequence[Callable[..., object]]) -> bool:  # noqa: ARG002 - for those who can
        """Start a process for `write_apart`, where that pays; False: it does not here.

        `known` are the functions that it will run.
        """
        return False

    @abstractmethod
    async def close(self) -> None:
        """Let go of every connection."""

    async def ping(self) -> None:
        """Raise `DatabaseUnavailableError` unless the database answers."""
        await self.read(lambda connection: connection.exec_driver_sql("SELECT 1"))
