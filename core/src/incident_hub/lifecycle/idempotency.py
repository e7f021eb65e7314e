"""The same request sent twice is done once, and answered twice."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from hashlib import blake2b

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from incident_hub.lifecycle.errors import IdempotencyConflictError
from incident_hub.storage.tables import idempotency

__all__ = ["once", "request_hash", "scoped_key"]


def once(connection: Connection, key: str, request_hash: str, now: int, produce: Callable[[], str]) -> str:
    """The answer that `produce` gives, or gave when the key was first used for this request.

    The key goes in first: whoever comes second at the same moment waits at the unique index until
    the first has committed (and then gets its answer) or has failed (and then does the work).
    """
    if not _claim(connection, key, request_hash, now):
        return _stored(connection, key, request_hash)
    answer = produce()
    connection.execute(update(idempotency).where(idempotency.c.key == key).values(answer=answer))
    return answer


def _claim(connection: Connection, key: str, request_hash: str, now: int) -> bool:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {"key": key, "request_hash": request_hash, "answer": "", "at": now}
    statement = insert(idempotency).values(**row).on_conflict_do_nothing()
    return connection.execute(statement).rowcount == 1


def _stored(connection: Connection, key: str, request_hash: str) -> str:
    columns = (idempotency.c.request_hash, idempotency.c.answer)
    found = connection.execute(select(*columns).where(idempotency.c.key == key)).one()
    if found.request_hash != request_hash:
        raise IdempotencyConflictError
    return str(found.answer)


def scoped_key(actor: str, key: str) -> str:
    """The key as one actor's own: what others call theirs does not collide with it."""
    return _digest([actor, key])


def request_hash(operation: str, arguments: Mapping[str, object]) -> str:
    """What makes two requests the same: the operation and every argument."""
    return _digest([operation, arguments])


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, default=_plain)
    return blake2b(text.encode(), digest_size=32).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(f"a request cannot hold a {type(value).__name__}")
