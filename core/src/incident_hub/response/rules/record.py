"""Where incidents went, as their timelines say."""

from typing import Any

import orjson
from sqlalchemy import Connection, select

from incident_hub.domain.events import EventType
from incident_hub.storage.tables import event

__all__ = ["latest_routing"]


def latest_routing(connection: Connection, incident_id: str) -> tuple[int, dict[str, Any]] | None:
    """When the incident was last routed (microseconds), and what was decided; None: rules had no say."""
    query = (
        select(event.c.at, event.c.data)
        .where(event.c.incident_id == incident_id, event.c.type == EventType.ROUTED.value)
        .order_by(event.c.cursor.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else (row.at, orjson.loads(row.data))
