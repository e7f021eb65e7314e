"""Many rows at once, by the quickest way each driver has.

Statements are rendered once from the tables and handed to the driver as they are: at thirty
thousand rows a second the work of compiling statements and wrapping results would be most of the
cost. Errors are the driver's own here; each database knows them.
"""

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import BigInteger, Connection, Integer, SmallInteger, Table
from sqlalchemy.util import await_only

__all__ = [
    "among", "execute_many", "insert_returning_ids", "insert_rows", "select_in", "select_rows", "select_whole",
    "update_rows",
]  # fmt: skip

_COPY_FROM = 20  # COPY has a fixed price that a few rows do not earn back


def select_rows(connection: Connection, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The rows of a fixed statement, written with `?`."""
    if connection.dialect.name == "postgresql":
        return [tuple(row) for row in connection.exec_driver_sql(_numbered(sql), values)]
    rows: list[tuple[Any, ...]] = _sqlite(connection).execute(sql, values).fetchall()
    return rows


def select_in(connection: Connection, sql: str, keys: Sequence[str]) -> list[tuple[Any, ...]]:
    """The rows of a fixed statement for any number of keys; `{keys}` in it is the condition on a column."""
    condition, value = among(connection, keys)
    return select_rows(connection, sql.format(keys=condition), (value,))


def among(connection: Connection, keys: Sequence[str]) -> tuple[str, object]:
    """The condition that a column is one of any number of keys, with one `?`, and the value for it."""
    if connection.dialect.name == "postgresql":
        return "= ANY(?::text[])", list(keys)
    return "IN (SELECT value FROM json_each(?))", orjson.dumps(keys).decode()


def select_whole(
    connection: Connection, columns: Sequence[str], rest: str, values: tuple[Any, ...]
) -> list[Sequence[Any]]:
    """The rows of `SELECT columns` and the rest, written with `?`; for many rows beside a busy event loop.

    The driver of SQLite lets go of the interpreter lock at each row, and may wait 5 ms to have it back.
    As one JSON text all rows come in one step.
    """
    names = ", ".join(_quoted(columns))
    if connection.dialect.name == "postgresql":
        return list(select_rows(connection, f"SELECT {names} {rest}", values))
    sql = f"SELECT json_group_array(json_array({names})) FROM (SELECT {names} {rest})"  # noqa: S608
    found: list[Sequence[Any]] = orjson.loads(select_rows(connection, sql, values)[0][0])
    return found


def insert_rows(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert the rows, whose values stand in the order of `columns`."""
    if not rows:
        return
    if connection.dialect.name == "postgresql" and len(rows) >= _COPY_FROM:
        _copy(connection, table.name, columns, rows)
    else:
        _run_many(connection, _insert_sql(connection.dialect.name, table.name, columns), rows)


def update_rows(
    connection: Connection, table: Table, assignments: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Update by id: a row holds a value for each assignment (`column` or `column = f(?)`), then the id."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        arrays = tuple(map(list, zip(*rows, strict=True)))
        connection.exec_driver_sql(_unnest_update_sql(table, assignments), arrays)
    else:
        _run_many(connection, _update_sql(table.name, assignments), rows)


def execute_many(connection: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run one statement, written with `?`, for each row."""
    if rows:
        _run_many(connection, _numbered(sql) if connection.dialect.name == "postgresql" else sql, rows)


@lru_cache(maxsize=64)
def _numbered(sql: str) -> str:
    """The statement with its `?` as PostgreSQL writes them."""
    first, *rest = sql.split("?")
    return first + "".join(f"${index}{part}" for index, part in enumerate(rest, start=1))


def _run_many(connection: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(sql, list(rows))
    else:
        _sqlite(connection).executemany(sql, rows)


def _sqlite(connection: Connection) -> sqlite3.Connection:
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    return driver


def _copy(
    connection: Connection, name: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    driver: Any = connection.connection.driver_connection
    await_only(driver.copy_records_to_table(name, records=rows, columns=columns))


@lru_cache(maxsize=64)
def _insert_sql(dialect: str, name: str, columns: tuple[str, ...]) -> str:
    holders = ", ".join(_holder(dialect, i) for i in range(1, len(columns) + 1))
    return f"INSERT INTO {name} ({', '.join(_quoted(columns))}) VALUES ({holders})"  # noqa: S608 - own names


@lru_cache(maxsize=64)
def _update_sql(name: str, assignments: tuple[str, ...]) -> str:
    parts = [a if "?" in a else f'"{a}" = ?' for a in assignments]
    return f"UPDATE {name} SET {', '.join(parts)} WHERE id = ?"  # noqa: S608 - own names


def _quoted(columns: Sequence[str]) -> list[str]:
    return [f'"{column}"' for column in columns]


def _holder(dialect: str, index: int) -> str:
    return f"${index}" if dialect == "postgresql" else "?"


def insert_returning_ids(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    *,
    conflict: str,
) -> set[str]:
    """Insert on PostgreSQL what does not conflict; return the ids (first column) of the rows that did."""
    if not rows:
        return set()
    sql = _unnest_insert_sql(table, columns, conflict)
    written = {row[0] for row in connection.exec_driver_sql(sql, tuple(map(list, zip(*rows, strict=True))))}
    return {row[0] for row in rows} - written


@lru_cache(maxsize=16)
def _unnest_insert_sql(table: Table, columns: tuple[str, ...], conflict: str) -> str:
    names = ", ".join(_quoted(columns))
    arrays = _arrays(table, columns)
    return (
        f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({arrays}) "  # noqa: S608 - own names
        f"ON CONFLICT ({conflict}) DO NOTHING RETURNING id"
    )


@lru_cache(maxsize=64)
def _unnest_update_sql(table: Table, assignments: tuple[str, ...]) -> str:
    columns = tuple(a.split(" =")[0] for a in assignments)
    parts = [
        (a if "?" in a else f'"{a}" = ?').replace("?", f"d.c{i}") for i, a in enumerate(assignments, start=1)
    ]
    names = ", ".join(f"c{i}" for i in range(1, len(columns) + 1))
    arrays = _arrays(table, (*columns, "id"))
    return (
        f"UPDATE {table.name} SET {', '.join(parts)} "  # noqa: S608 - own names
        f"FROM unnest({arrays}) AS d({names}, row_id) WHERE {table.name}.id = d.row_id"
    )


def _arrays(table: Table, columns: tuple[str, ...]) -> str:
    return ", ".join(f"${i}::{_pg_type(table.c[name].type)}[]" for i, name in enumerate(columns, start=1))


def _pg_type(kind: object) -> str:
    if isinstance(kind, SmallInteger):
        return "smallint"
    if isinstance(kind, BigInteger):
        return "bigint"
    return "integer" if isinstance(kind, Integer) else "text"
