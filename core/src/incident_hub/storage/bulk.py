"""Many rows at once, by the quickest way each driver has.

Statements are rendered once from the tables and handed to the driver as they are: at thirty
thousand rows a second the per-row work of statement compilation would be most of the cost.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.util import await_only

__all__ = ["insert_rows", "update_rows"]

_COPY_FROM = 20  # COPY has a fixed price that a few rows do not earn back


def insert_rows(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert the rows, whose values stand in the order of `columns`."""
    if not rows:
        return
    if connection.dialect.name == "postgresql" and len(rows) >= _COPY_FROM:
        _copy(connection, table.name, columns, rows)
    else:
        connection.exec_driver_sql(_insert_sql(connection.dialect.name, table.name, columns), list(rows))


def update_rows(
    connection: Connection, table: Table, assignments: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Update by id: a row holds a value for each assignment (`column` or `column = expression ?`), then the id."""
    if rows:
        connection.exec_driver_sql(_update_sql(connection.dialect.name, table.name, assignments), list(rows))


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
def _update_sql(dialect: str, name: str, assignments: tuple[str, ...]) -> str:
    parts = [
        (a if "?" in a else f'"{a}" = ?').replace("?", _holder(dialect, i))
        for i, a in enumerate(assignments, start=1)
    ]
    where = _holder(dialect, len(assignments) + 1)
    return f"UPDATE {name} SET {', '.join(parts)} WHERE id = {where}"  # noqa: S608 - own names


def _quoted(columns: tuple[str, ...]) -> list[str]:
    return [f'"{column}"' for column in columns]


def _holder(dialect: str, index: int) -> str:
    return f"${index}" if dialect == "postgresql" else "?"
