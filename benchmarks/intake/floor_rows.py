"""The floor of storage: the very rows that the hub wrote, written again by the driver alone."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
from incident_hub.testing.template import sqlite_copy

__all__ = ["postgres_floor", "sqlite_floor"]

_TABLES = ("incident", "alert", "event")
_TRANSACTION = 500  # alerts
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -65536",
            "temp_store = MEMORY", "wal_autocheckpoint = 4000")  # fmt: skip

Table = tuple[str, list[str], list[tuple[Any, ...]]]


def sqlite_floor(filled: Path, scratch: Path, alerts: int) -> float:
    """Alerts a second of `executemany` over the first `alerts` of a filled database, 500 a transaction."""
    with sqlite3.connect(filled) as source:
        tables = [_sqlite_rows(source, name) for name in _TABLES]
    source.close()
    sqlite_copy(scratch)
    target = sqlite3.connect(scratch, isolation_level=None)
    for pragma in _PRAGMAS:
        target.execute(f"PRAGMA {pragma}")
    share = _cut(tables, alerts)
    start = time.perf_counter()
    for parts in _transactions(share):
        target.execute("BEGIN IMMEDIATE")
        for name, columns, rows in parts:
            holders = ", ".join("?" * len(columns))
            target.executemany(f"INSERT INTO {name} ({_names(columns)}) VALUES ({holders})", rows)
        target.execute("COMMIT")
    seconds = time.perf_counter() - start
    target.close()
    return len(share[1][2]) / seconds


def postgres_floor(filled: str, scratch: str, alerts: int) -> float:
    """The same by COPY over one asyncpg connection."""
    return asyncio.run(_postgres_floor(filled, scratch, alerts))


async def _postgres_floor(filled: str, scratch: str, alerts: int) -> float:
    source = await asyncpg.connect(filled)
    tables = [await _postgres_rows(source, name) for name in _TABLES]
    await source.close()
    target = await asyncpg.connect(scratch)
    share = _cut(tables, alerts)
    start = time.perf_counter()
    for parts in _transactions(share):
        async with target.transaction():
            for name, columns, rows in parts:
                await target.copy_records_to_table(name, records=rows, columns=columns)
    seconds = time.perf_counter() - start
    await target.close()
    return len(share[1][2]) / seconds


def _sqlite_rows(source: sqlite3.Connection, name: str) -> Table:
    found = source.execute(f"SELECT * FROM {name} ORDER BY rowid")
    return name, [part[0] for part in found.description], found.fetchall()


async def _postgres_rows(source: asyncpg.Connection, name: str) -> Table:
    found = await source.fetch(f"SELECT * FROM {name} ORDER BY 1")
    return name, list(found[0].keys()) if found else ["id"], [tuple(row) for row in found]


def _cut(tables: list[Table], alerts: int) -> list[Table]:
    """The same part of every table."""
    part = min(1.0, alerts / max(1, len(tables[1][2])))
    return [(name, columns, rows[: round(len(rows) * part)]) for name, columns, rows in tables]


def _transactions(tables: list[Table]) -> Iterator[list[Table]]:
    count = max(1, round(len(tables[1][2]) / _TRANSACTION))
    for turn in range(count):
        yield [
            (name, columns, rows[len(rows) * turn // count : len(rows) * (turn + 1) // count])
            for name, columns, rows in tables
        ]


def _names(columns: list[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
