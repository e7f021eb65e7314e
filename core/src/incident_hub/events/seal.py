"""Sealing: events are chained by hashes, and the chain is written down block by block.

A block's links hold each event's cursor and the first half of its hash; its digest is the whole of
the last hash, from which the next block goes on. Whoever keeps a digest elsewhere can prove that
nothing up to it was changed, not even by somebody who could write to the database.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from incident_hub.events.reading import horizon, newest, read_rows
from incident_hub.storage.tables import seal

__all__ = ["BLOCK", "LINK_BYTES", "START", "chained", "is_behind", "link", "seal_now"]

BLOCK = 1000
LINK_BYTES = 24
START = bytes(32)
_LOCK = 0x1D5EEF


def chained(previous: bytes, row: Sequence[Any]) -> bytes:
    """The hash of an event, given as its seven columns, that follows an event of hash `previous`."""
    return sha256(previous + orjson.dumps(row, default=repr)).digest()


def link(cursor: int, digest: bytes) -> bytes:
    """What a block keeps of one event."""
    return cursor.to_bytes(8, "big", signed=True) + digest[: LINK_BYTES - 8]


def is_behind(connection: Connection) -> bool:
    """Whether there are events that no seal covers."""
    return newest(connection) > _sealed(connection)


def seal_now(connection: Connection, now: int) -> int:
    """Seal the next block of decided events; the number sealed, 0 also while another process seals."""
    if not _alone(connection):
        return 0
    after = _sealed(connection)
    rows = read_rows(connection, after, BLOCK, up_to=horizon(connection))
    if not rows:
        return 0
    last = connection.execute(select(seal.c.digest).where(seal.c.last_cursor == after)).scalar()
    digest = bytes.fromhex(last) if last else START
    links = bytearray()
    for row in rows:
        digest = chained(digest, row)
        links += link(row[0], digest)
    connection.execute(
        seal.insert().values(
            first_cursor=rows[0][0],
            last_cursor=rows[-1][0],
            links=bytes(links),
            digest=digest.hex(),
            at=now,
        )
    )
    return len(rows)


def _sealed(connection: Connection) -> int:
    return int(connection.execute(select(func.max(seal.c.last_cursor))).scalar() or 0)


def _alone(connection: Connection) -> bool:
    """On SQLite whoever writes is alone."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({_LOCK})").scalar())
