"""Calendar feeds as rows: the token that opens one is kept as a hash only."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from incident_hub.storage.tables_people import calendar_feed

__all__ = ["FeedRow", "delete_feed", "feed_by_hash", "feeds_of", "insert_feed", "mark_read"]


class FeedRow(NamedTuple):
    """One feed; `receiver` is whose shifts it has, as `user:ann` or `schedule:primary`."""

    id: str
    receiver: str
    created_by: str
    created_at: int
    read_at: int | None


_FEED = select(*(calendar_feed.c[name] for name in FeedRow._fields))


def insert_feed(connection: Connection, row: FeedRow, token_hash: bytes) -> None:
    """Write a new feed."""
    connection.execute(insert(calendar_feed).values(**row._asdict(), token_hash=token_hash))


def feed_by_hash(connection: Connection, token_hash: bytes) -> FeedRow | None:
    """The feed that a token opens."""
    row = connection.execute(_FEED.where(calendar_feed.c.token_hash == token_hash)).first()
    return None if row is None else FeedRow._make(row)


def feeds_of(connection: Connection, receiver: str) -> Sequence[FeedRow]:
    """The feeds of a user or a schedule, the oldest first."""
    query = _FEED.where(calendar_feed.c.receiver == receiver).order_by(calendar_feed.c.id)
    return [FeedRow._make(row) for row in connection.execute(query)]


def mark_read(connection: Connection, feed_id: str, at: int) -> None:
    """Write down when the feed was last read."""
    connection.execute(update(calendar_feed).where(calendar_feed.c.id == feed_id).values(read_at=at))


def delete_feed(connection: Connection, feed_id: str) -> FeedRow | None:
    """Close a feed for good; None when there is none."""
    row = connection.execute(_FEED.where(calendar_feed.c.id == feed_id)).first()
    connection.execute(delete(calendar_feed).where(calendar_feed.c.id == feed_id))
    return None if row is None else FeedRow._make(row)
