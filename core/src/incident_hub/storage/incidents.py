"""One incident's row: found, locked, decoded, and shown as plugins see it."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from types import MappingProxyType
from typing import Any

import orjson
from incident_hub_hookspecs import (
    Incident,
    IncidentState,
    IncidentType,
    LlmIdentity,
    Severity,
)
from sqlalchemy import Connection, Row, RowMapping, select

from incident_hub.domain.times import to_datetime
from incident_hub.storage.tables import incident

__all__ = ["JSON_COLUMNS", "decoded", "encoded", "find_incident", "incident_view", "lock_incident"]

JSON_COLUMNS = frozenset({"resources", "labels", "annotations", "llm", "assignees"})
_IDENTITY = frozenset(field.name for field in fields(LlmIdentity))


def find_incident(connection: Connection, incident_id: str) -> RowMapping | None:
    """The incident's row, or None."""
    query = select(incident).where(incident.c.id == incident_id)
    return connection.execute(query).mappings().one_or_none()


def lock_incident(connection: Connection, incident_id: str) -> RowMapping | None:
    """The incident's row, which nobody else can change until this transaction ends.

    On SQLite a writing transaction is alone anyway, so there it is a plain read.
    """
    query = select(incident).where(incident.c.id == incident_id).with_for_update()
    return connection.execute(query).mappings().one_or_none()


def decoded(row: RowMapping | Mapping[str, Any]) -> dict[str, Any]:
    """The row's values, JSON columns read."""
    return {str(name): orjson.loads(value) if name in JSON_COLUMNS else value for name, value in row.items()}


def encoded(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored, JSON columns written."""
    return {
        name: orjson.dumps(value).decode() if name in JSON_COLUMNS else value
        for name, value in values.items()
    }


def incident_view(row: Row[Any] | RowMapping | Mapping[str, Any]) -> Incident:
    """The row as a snapshot that a plugin may see."""
    values = decoded(row._mapping if isinstance(row, Row) else row)  # type: ignore[arg-type]
    identity = {name: text for name, text in values["llm"].items() if name in _IDENTITY}
    return Incident(
        id=values["id"],
        title=values["title"],
        source=values["source"],
        severity=Severity(values["severity"]),
        state=IncidentState(values["state"]),
        type=IncidentType(values["type"]),
        fingerprint=values["fingerprint"],
        created_at=to_datetime(values["created_at"]),
        first_seen=to_datetime(values["first_seen"]),
        last_seen=to_datetime(values["last_seen"]),
        version=values["version"],
        count=values["count"],
        description=values["description"],
        reported_severity=_severity(values["reported_severity"]),
        resources=tuple(values["resources"]),
        labels=MappingProxyType(values["labels"]),
        llm=LlmIdentity(**identity),
        annotations=MappingProxyType(values["annotations"]),
        **_handling(values),
    )


def _handling(values: Mapping[str, Any]) -> dict[str, Any]:
    """What people have done with it; what is not known yet is empty."""
    texts = ("acknowledged_by", "group_id", "resolution_method", "resolution_notes", "root_cause")
    return {
        **{name: values[name] or "" for name in texts},
        "assignees": tuple(values["assignees"]),
        "escalation_level": values["escalation_level"],
        "resolved_at": _moment(values["resolved_at"]),
    }


def _severity(text: str | None) -> Severity | None:
    return None if text is None else Severity(text)


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else to_datetime(micros)
