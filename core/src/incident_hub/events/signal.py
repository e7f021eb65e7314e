"""News between the processes on one PostgreSQL: LISTEN and NOTIFY on a connection of their own.

News carries nothing and may be lost: it only says that looking now is better than later.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import asyncpg
from sqlalchemy.engine import URL

from incident_hub.domain.clock import HubClock
from incident_hub.events.background import Background
from incident_hub.storage.database import Database
from incident_hub.storage.postgres import PostgresDatabase

__all__ = ["Signal"]

_CHANNEL = "incident_hub_events"
_NOTIFY_PAUSE = 0.02
_PROBE_SECONDS = 15.0
_TIMEOUT = 5.0
_GONE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
_NOT_OF_THE_DRIVER = ("prepared_statement_cache_size", "prepared_statement_name_func", "async_fallback")


class Signal:
    """Tells the other processes of our commits, and calls `on_news` for theirs."""

    def __init__(self, database: Database, clock: HubClock, on_news: Callable[[], None]) -> None:
        if not isinstance(database, PostgresDatabase):
            raise TypeError("only PostgreSQL has signals")
        self._url = database.url
        self._on_news = on_news
        self._connection: Any = None
        self._pending = False
        self._background = Background("signals", self._turn, _PROBE_SECONDS, clock)

    def start(self) -> None:
        """Begin to listen; the connection is made, and made again, in the background."""
        self._background.start()

    def send(self) -> None:
        """Tell the others, soon: what comes within 20 ms is told once."""
        self._pending = True
        self._background.wake()

    async def stop(self) -> None:
        """Tell what is still to be told, then hang up."""
        await self._background.stop()
        if self._pending and self._connection is not None:
            with suppress(*_GONE):
                await self._tell()
        await self._hang_up()

    async def _turn(self) -> bool:
        try:
            if self._connection is None:
                await self._connect()
            await self._tell()
        except BaseException:
            await self._hang_up()
            raise
        return False

    async def _connect(self) -> None:
        self._connection = await asyncpg.connect(**_arguments(self._url), timeout=_TIMEOUT)
        self._connection.add_termination_listener(self._lost)
        await self._connection.add_listener(_CHANNEL, self._heard)
        self._on_news()  # there may have been some before

    async def _tell(self) -> None:
        pending, self._pending = self._pending, False
        statement = f"NOTIFY {_CHANNEL}" if pending else "SELECT 1"
        try:
            await self._connection.execute(statement, timeout=_TIMEOUT)
        except BaseException:
            self._pending = self._pending or pending
            raise
        if pending:
            await asyncio.sleep(_NOTIFY_PAUSE)

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        connection.remove_termination_listener(self._lost)
        with suppress(*_GONE):
            await connection.close(timeout=_TIMEOUT)
        connection.terminate()  # of a connection that is closed it does nothing

    def _heard(self, connection: asyncpg.Connection, pid: int, _channel: str, _payload: str) -> None:
        if pid != connection.get_server_pid():
            self._on_news()

    def _lost(self, _connection: asyncpg.Connection) -> None:
        self._connection = None
        self._background.wake()


def _arguments(url: URL) -> dict[str, Any]:
    """What the pool's connections are made with, without what is SQLAlchemy's own."""
    _, arguments = url.get_dialect()().create_connect_args(url)
    return {name: value for name, value in arguments.items() if name not in _NOT_OF_THE_DRIVER}
