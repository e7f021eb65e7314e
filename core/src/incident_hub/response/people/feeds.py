"""Feeds of shifts for calendar programs: `/calendars/TOKEN.ics`. Whoever has the token can read, so it is a secret.

A token is shown once, when it is made; what is stored is its SHA-256, which is enough for 256 random bits.
"""

import secrets
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection

from incident_hub.domain.ids import new_id
from incident_hub.domain.people import Kind
from incident_hub.domain.receivers import Receiver, ReceiverError, ReceiverKind
from incident_hub.domain.times import SECOND
from incident_hub.lifecycle.errors import InvalidInputError, RecordNotFoundError
from incident_hub.response.people.writing import tell
from incident_hub.storage.feeds import FeedRow, delete_feed, feed_by_hash, insert_feed
from incident_hub.storage.records import find_record

__all__ = ["NewFeed", "close_feed", "feed_of", "feed_path", "open_feed", "unmarked"]

_KINDS = {ReceiverKind.USER: Kind.USER, ReceiverKind.SCHEDULE: Kind.SCHEDULE}
_MOST_TOKEN = 100
_MARK_EVERY = 3600 * SECOND


class NewFeed(NamedTuple):
    """A feed that was just made, and its token, which nobody can ask for again."""

    row: FeedRow
    token: str


def feed_path(token: str) -> str:
    """Where the hub serves the feed."""
    return f"/calendars/{token}.ics"


def open_feed(connection: Connection, receiver: str, actor: str, now: int) -> NewFeed:
    """Make a feed of a user's or a schedule's shifts; raises `InvalidInputError`, `RecordNotFoundError`."""
    kind, key = _whose(receiver)
    if find_record(connection, kind, key) is None:
        raise RecordNotFoundError(f"there is no {kind.value} {key}")
    token = secrets.token_urlsafe(32)
    row = FeedRow(new_id(now), receiver, actor, now, None)
    insert_feed(connection, row, _hash(token))
    tell(connection, kind, key, "calendar_feed_opened", actor, now, feed=row.id)
    return NewFeed(row, token)


def close_feed(connection: Connection, feed_id: str, actor: str, now: int) -> FeedRow:
    """Close a feed for good; raises `RecordNotFoundError`."""
    row = delete_feed(connection, feed_id)
    if row is None:
        raise RecordNotFoundError(f"there is no calendar feed {feed_id}")
    kind, key = _whose(row.receiver)
    tell(connection, kind, key, "calendar_feed_closed", actor, now, feed=row.id)
    return row


def feed_of(connection: Connection, token: str) -> FeedRow | None:
    """The feed that a token opens."""
    if not token or len(token) > _MOST_TOKEN:
        return None
    return feed_by_hash(connection, _hash(token))


def unmarked(row: FeedRow, now: int) -> bool:
    """Whether it is to be written down that the feed was read: that is done once an hour."""
    return (row.read_at or 0) < now - _MARK_EVERY


def _whose(receiver: str) -> tuple[Kind, str]:
    try:
        who = Receiver.parse(receiver)
    except ReceiverError as error:
        raise InvalidInputError("receiver", str(error)) from None
    if who.kind not in _KINDS:
        raise InvalidInputError("receiver", "a feed is of a user or of a schedule")
    return _KINDS[who.kind], who.id


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()
