"""Which incidents are meant."""

from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, column, exists, func, or_, select, true
from sqlalchemy.dialects.postgresql import JSONB

from incident_hub.storage.tables import incident

__all__ = ["ACTIVE_STATES", "IncidentFilter", "all_of", "alternatives", "conditions"]

ACTIVE_STATES = ("detected", "triaged", "investigating", "remediating")


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """Every condition that is set must hold; an empty list of values sets none. Times are microseconds."""

    states: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    active_only: bool = False
    assignee: str | None = None
    acknowledged: bool | None = None
    group_id: str | None = None
    fingerprint: str | None = None
    created_after: int | None = None
    created_before: int | None = None
    updated_after: int | None = None
    text: str | None = None
    llm: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = field(default=())


def conditions(chosen: IncidentFilter, dialect: str) -> list[ColumnElement[bool]]:
    """The filter as SQL conditions on the incident table."""
    c = incident.c
    many = ((c.state, chosen.states), (c.severity, chosen.severities), (c.type, chosen.types))
    found: list[ColumnElement[bool]] = [
        col.in_(vals) for col, vals in (*many, (c.source, chosen.sources)) if vals
    ]
    if chosen.active_only:
        found.append(c.state.in_(ACTIVE_STATES))
    if chosen.acknowledged is not None:
        found.append(c.acknowledged_by.is_not(None) if chosen.acknowledged else c.acknowledged_by.is_(None))
    found += [
        c[n] == getattr(chosen, n) for n in ("group_id", "fingerprint") if getattr(chosen, n) is not None
    ]
    found += _times(chosen)
    if chosen.text:
        found.append(or_(*(col.icontains(chosen.text, autoescape=True) for col in (c.title, c.description))))
    if chosen.assignee is not None:
        found.append(_in_list(c.assignees, chosen.assignee, dialect))
    found += [_has_pair(c.llm, pair, dialect) for pair in chosen.llm]
    found += [_has_pair(c.labels, pair, dialect) for pair in chosen.labels]
    return found


def alternatives(chosen: IncidentFilter) -> list[IncidentFilter]:
    """The filter as several, one for each state or severity that it allows; none when that is no help."""
    states, severities = set(chosen.states), sorted(set(chosen.severities))
    if chosen.active_only:
        states = states & set(ACTIVE_STATES) if states else set(ACTIVE_STATES)
    if len(states) == 1 or len(severities) == 1:
        return []
    if states:
        return [replace(chosen, states=(one,), active_only=False) for one in sorted(states)]
    return [replace(chosen, severities=(one,)) for one in severities]


def all_of(chosen: IncidentFilter, dialect: str) -> ColumnElement[bool]:
    """The filter as one condition."""
    return and_(true(), *conditions(chosen, dialect))


def _times(chosen: IncidentFilter) -> list[ColumnElement[bool]]:
    c = incident.c
    found = []
    if chosen.created_after is not None:
        found.append(c.created_at > chosen.created_after)
    if chosen.created_before is not None:
        found.append(c.created_at < chosen.created_before)
    if chosen.updated_after is not None:
        found.append(c.updated_at > chosen.updated_after)
    return found


def _in_list(text: ColumnElement[Any], value: str, dialect: str) -> ColumnElement[bool]:
    if dialect == "postgresql":
        condition: ColumnElement[bool] = func.jsonb_exists(text.cast(JSONB), _text(value))
        return condition
    items = func.json_each(text).table_valued("key", "value")
    return exists(select(1).select_from(items).where(items.c.value == value))


def _has_pair(text: ColumnElement[Any], pair: tuple[str, str], dialect: str) -> ColumnElement[bool]:
    key, value = pair
    if dialect == "postgresql":
        condition: ColumnElement[bool] = func.jsonb_extract_path_text(text.cast(JSONB), _text(key)) == value
        return condition
    items = func.json_each(text).table_valued(column("key", String), column("value", String))
    return exists(select(1).select_from(items).where(items.c.key == key, items.c.value == value))


def _text(value: str) -> ColumnElement[str]:
    return bindparam(None, value, type_=String(), unique=True)
