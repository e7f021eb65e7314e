"""What a condition is asked about: an incident and what is known around it, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from incident_hub_hookspecs import Incident, Service

__all__ = ["ConditionContext", "GroupFacts", "Said"]

_LONGEST_TEXT = 2048
_MOST_ITEMS = 64
_LLM = ("provider", "model", "deployment", "prompt_version", "agent", "tool", "tenant", "environment")
_NO_SERVICE = Service("")


@dataclass(frozen=True, slots=True)
class Said:
    """A finding: what one plugin said at one stage. `value` is JSON, decoded."""

    plugin: str
    stage: str
    value: Any = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """The group that the incident belongs to."""

    id: str = ""
    title: str = ""
    size: int = 0
    primary_incident_id: str = ""


@dataclass(frozen=True)
class ConditionContext:
    """An incident, the findings about it, its group and service, and the time that counts as now."""

    incident: Incident
    now: datetime
    findings: Sequence[Said] = ()
    group: GroupFacts = field(default_factory=GroupFacts)
    service: Service | None = None

    @cached_property
    def values(self) -> Mapping[str, object]:
        """The variables of `VARIABLES`, texts and lists cut to what a condition may be handed."""
        service = self.service or _NO_SERVICE
        return {
            **_incident_values(self.incident),
            **{f"incident.llm.{name}": _text(getattr(self.incident.llm, name)) for name in _LLM},
            "findings": [_finding(one) for one in self.findings[:_MOST_ITEMS]],
            "group.id": self.group.id,
            "group.title": _text(self.group.title),
            "group.size": self.group.size,
            "group.primary": bool(self.group.id) and self.group.primary_incident_id == self.incident.id,
            "service.id": _text(service.id),
            "service.name": _text(service.name),
            "service.team": _text(service.owner_team),
            "service.tier": service.tier,
            "service.labels": _map(service.labels),
            "now": self.now,
        }


def _incident_values(one: Incident) -> dict[str, object]:
    return {
        "incident.id": one.id,
        "incident.title": _text(one.title),
        "incident.description": _text(one.description),
        "incident.source": _text(one.source),
        "incident.severity": one.severity.value,
        "incident.reported_severity": one.reported_severity.value if one.reported_severity else "",
        "incident.state": one.state.value,
        "incident.type": one.type.value,
        "incident.fingerprint": one.fingerprint,
        "incident.count": one.count,
        "incident.acknowledged": bool(one.acknowledged_by),
        "incident.escalation_level": one.escalation_level,
        "incident.resources": _list(one.resources),
        "incident.assignees": _list(one.assignees),
        "incident.tags": _list(one.tags),
        "incident.labels": _map(one.labels),
        "incident.annotations": _map(one.annotations),
        "incident.created_at": one.created_at,
        "incident.first_seen": one.first_seen,
        "incident.last_seen": one.last_seen,
    }


def _finding(one: Said) -> dict[str, object]:
    known: dict[str, object] = {"plugin": one.plugin, "stage": one.stage, "value": _plain(one.value)}
    return known if one.confidence is None else {**known, "confidence": float(one.confidence)}


def _plain(value: object, depth: int = 8) -> object:
    """JSON as CEL takes it: bounded, and without numbers that no int64 holds."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool) or value is None or isinstance(value, float):
        return value
    if isinstance(value, int):
        return value if -(1 << 63) <= value < 1 << 63 else float(value)
    if depth and isinstance(value, Mapping):
        return {_text(str(key)): _plain(part, depth - 1) for key, part in list(value.items())[:_MOST_ITEMS]}
    if depth and isinstance(value, list | tuple):
        return [_plain(part, depth - 1) for part in value[:_MOST_ITEMS]]
    return _text(str(value))


def _text(value: str) -> str:
    return value[:_LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")


def _list(values: Sequence[str]) -> list[str]:
    return [_text(one) for one in values[:_MOST_ITEMS]]


def _map(values: Mapping[str, str]) -> dict[str, str]:
    return {_text(key): _text(value) for key, value in values.items()}
