"""A repeat of the same delivery is a no-op with the same answer."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, String, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from incident_hub.storage.tables import delivery

__all__ = ["DeliveryConflictError", "claim_deliveries", "record_answers"]


class DeliveryConflictError(Exception):
    """A delivery id came again with another body: one of the two would be lost if it counted as a repeat."""


def claim_deliveries(
    connection: Connection, items: Sequence[tuple[str, str]], now: int
) -> dict[str, list[dict[str, Any]] | DeliveryConflictError]:
    """Reserve the (key, body hash) pairs; return what is already known of those that are not new."""
    if not items:
        return {}
    new = dict(items)
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(delivery)
    rows = [{"key": k, "body_hash": h, "answer": "[]", "received_at": now} for k, h in sorted(new.items())]
    statement = insert.on_conflict_do_nothing(index_elements=["key"]).returning(delivery.c.key)
    claimed = {row.key for row in connection.execute(statement, rows)}
    known = sorted(new.keys() - claimed)
    if not known:
        return {}
    query = select(delivery).where(delivery.c.key.in_(bindparam("keys", expanding=True, type_=String())))
    return {row.key: _answer(row, new[row.key]) for row in connection.execute(query, {"keys": known})}


def record_answers(connection: Connection, answers: Sequence[tuple[str, list[dict[str, Any]]]]) -> None:
    """Keep the answers, so that a repeat gets the same."""
    if answers:
        connection.execute(
            delivery.update().where(delivery.c.key == bindparam("k")),
            [{"k": key, "answer": orjson.dumps(answer).decode()} for key, answer in answers],
        )


def _answer(row: Any, body_hash: str) -> list[dict[str, Any]] | DeliveryConflictError:  # noqa: ANN401 - a row
    if row.body_hash != body_hash:
        return DeliveryConflictError(f"the delivery id of {row.key!r} was used before with another body")
    answer: list[dict[str, Any]] = orjson.loads(row.answer)
    return answer
