"""SQLite: one writing thread, a few reading ones, WAL, and a sync at each commit."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import local
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy import event as hooks
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool, StaticPool

from incident_hub.storage.database import Database, DatabaseUnavailableError
from incident_hub.storage.turnstile import TurnError, Turnstile
from incident_hub.storage.writer import WriterKeeper

__all__ = ["SqliteDatabase"]

T = TypeVar("T")
_EXCLUSIVE = "BEGIN IMMEDIATE"


class SqliteDatabase(Database):
    """A file, or memory. `BEGIN IMMEDIATE` makes each write exclusive from its first statement.

    With `?throwaway=1` behind the path no commit waits for the disk: for a file that nobody keeps.
    """

    dialect = "sqlite"

    def __init__(self, url: URL, *, readers: int) -> None:
        in_memory = url.database in (None, "", ":memory:")
        if not in_memory:
            Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        self._url = url.render_as_string(hide_password=False)
        self._in_memory = in_memory
        kept = url.difference_update_query(["throwaway"])
        self._engine = _engine(kept, in_memory=in_memory)
        if kept != url:
            hooks.listen(self._engine, "connect", _wait_for_no_disk)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="hub-writer")
        self._readers = (
            self._writer if in_memory else ThreadPoolExecutor(readers, thread_name_prefix="hub-reader")
        )
        self._held = local()
        self._turnstile = Turnstile(None if in_memory else Path(str(url.database)))
        self._keeper: WriterKeeper | None = None
        self._opened: list[Connection] = []

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a reading thread, in one snapshot."""
        return await self._run(self._readers, "BEGIN", work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on the writing thread; other processes wait for its commit."""
        return await self._run(self._writer, _EXCLUSIVE, work)

    def start_writer(self, known: Sequence[Callable[..., object]]) -> bool:
        """Have a process for `write_apart` from a moment later on; nobody else can write to memory."""
        if self._in_memory:
            return False
        self._keeper = WriterKeeper(self._url, known)
        self._keeper.start()
        return True

    @property
    def writer_pid(self) -> int | None:
        """The writer process' id; None while this process writes by itself."""
        writer = None if self._keeper is None else self._keeper.writer
        return None if writer is None else writer.process.pid

    async def write_apart(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in the writer process, if there is one now."""
        if self._keeper is None or (writer := self._keeper.writer) is None:
            return await self.write(work)
        return cast("T", await writer.run(work))

    def write_here(self, work: Callable[[Connection], T]) -> T:
        """The same as `write` on the calling thread, for a process that does nothing else."""
        with _unavailable():
            return self._transaction(_EXCLUSIVE, work)

    async def migrate(self, work: Callable[[Connection], T]) -> T:
        """As `write`, while no reference is enforced."""
        return await self._run(self._writer, _EXCLUSIVE, work, self._unbound)

    async def close(self) -> None:
        """Finish what runs, then close the connections."""
        if self._keeper is not None:
            await self._keeper.stop()
        for pool in {self._readers, self._writer}:
            await asyncio.to_thread(pool.shutdown)
        for connection in self._opened:
            connection.close()
        self._engine.dispose()
        self._turnstile.close()

    async def _run(
        self,
        pool: ThreadPoolExecutor,
        begin: str,
        work: Callable[[Connection], T],
        transaction: Callable[[str, Callable[[Connection], T]], T] | None = None,
    ) -> T:
        loop = asyncio.get_running_loop()
        with _unavailable():
            return await loop.run_in_executor(pool, transaction or self._transaction, begin, work)

    def _transaction(self, begin: str, work: Callable[[Connection], T]) -> T:
        connection = self._connection()
        with self._turnstile.turn() if begin is _EXCLUSIVE else nullcontext(), connection.begin():
            connection.exec_driver_sql(begin)
            return work(connection)

    def _unbound(self, begin: str, work: Callable[[Connection], T]) -> T:
        raw: Any = self._connection().connection.driver_connection
        raw.execute("PRAGMA foreign_keys = OFF")  # within a transaction it would do nothing
        try:
            return self._transaction(begin, work)
        finally:
            raw.execute("PRAGMA foreign_keys = ON")

    def _connection(self) -> Connection:
        """This thread's connection; a new one when a plugin closed the last."""
        held: Connection | None = getattr(self._held, "connection", None)
        if held is None or held.closed:
            held = self._held.connection = self._engine.connect()
            self._opened.append(held)
        return held


@contextmanager
def _unavailable() -> Iterator[None]:
    """What SQLite says of locks, disks and files that are gone, by the driver or through SQLAlchemy."""
    try:
        yield
    except OperationalError as error:
        raise DatabaseUnavailableError(f"SQLite: {error.orig}") from error
    except (sqlite3.OperationalError, TurnError) as error:
        raise DatabaseUnavailableError(f"SQLite: {error}") from error


def _engine(url: URL, *, in_memory: bool) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        poolclass=StaticPool if in_memory else NullPool,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": 30},
    )
    hooks.listen(engine, "connect", _prepare)
    return engine


def _wait_for_no_disk(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",  # a commit survives a power cut, not only a crash
        "busy_timeout = 30000",
        "foreign_keys = ON",
        "cache_size = -65536",
        "temp_store = MEMORY",
        "wal_autocheckpoint = 16000",  # pages; a page changed by many commits is written back once
    ):
        connection.execute(f"PRAGMA {pragma}")
