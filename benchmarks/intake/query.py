"""One number out of a database that a hub is using."""

import asyncio
import sqlite3

import asyncpg

__all__ = ["count"]


def count(url: str, statement: str) -> int:
    """The first column of the first row."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)
        try:
            return int(connection.execute(statement).fetchone()[0])
        finally:
            connection.close()
    return asyncio.run(_postgres(url, statement))


async def _postgres(url: str, statement: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval(statement))
    finally:
        await connection.close()
