"""One incident's row: found, locked, decoded, and shown as plugins see it."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import orjson
from incident_hub_hookspecs import Incident, IncidentState, IncidentType, LlmIdentity, Severity
from incident_hub_hookspecs.records import EMPTY, NO_IDENTITY
from sqlalchemy import Connection, RowMapping, select

from incident_hub.domain.times import to_datetime
from incident_hub.storage.tables import incident

__all__ = [
    "JSON_COLUMNS", "VIEW_NAMES", "decoded", "encoded", "find_incident", "incident_view", "lock_incident",
    "view_of",
]  # fmt: skip

JSON_COLUMNS = frozenset({"resources", "labels", "annotations", "llm", "assignees", "tags"})
VIEW_NAMES = tuple(field.name for field in fields(Incident))
_SEVERITIES = {one.value: one for one in Severity}
_STATES = {one.value: one for one in IncidentState}
_TYPES = {one.value: one for one in IncidentType}
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


def incident_view(row: RowMapping | Mapping[str, Any]) -> Incident:
    """The row as a snapshot that a plugin may see."""
    return view_of([row[name] for name in VIEW_NAMES])


def view_of(values: Sequence[Any]) -> Incident:
    """The same for the values of `VIEW_NAMES` in their order; what follows them is ignored."""
    (key, title, source, severity, state, kind, fingerprint, created, first, last, version, count, description,
     reported, resources, labels, llm, assignees, acknowledged, level, group, resolved, method, notes, cause,
     annotations, tags, *_) = values  # fmt: skip
    begun = to_datetime(created)
    seen = begun if first == created else to_datetime(first)
    return Incident(
        key, title, source, _SEVERITIES[severity], _STATES[state], _TYPES[kind], fingerprint,
        begun, seen, seen if last == first else to_datetime(last), version, count, description,
        None if reported is None else _SEVERITIES[reported],
        () if resources == "[]" else tuple(orjson.loads(resources)),
        EMPTY if labels == "{}" else _mapping(labels),
        NO_IDENTITY if llm == "{}" else _identity(llm),
        () if assignees == "[]" else tuple(orjson.loads(assignees)),
        acknowledged or "", level, group or "", None if resolved is None else to_datetime(resolved),
        method or "", notes or "", cause or "", EMPTY if annotations == "{}" else _mapping(annotations),
        () if tags == "[]" else tuple(orjson.loads(tags)),
    )  # fmt: skip


@lru_cache(maxsize=1024)  # views cannot be written to, so alike texts may share one object
def _mapping(text: str) -> Mapping[str, str]:
    return MappingProxyType(orjson.loads(text))


@lru_cache(maxsize=1024)
def _identity(text: str) -> LlmIdentity:
    return LlmIdentity(**{name: part for name, part in orjson.loads(text).items() if name in _IDENTITY})
