"""What a caller hands over to open an incident or to edit one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from incident_hub_hookspecs import (
    NO_IDENTITY,
    IncidentState,
    IncidentType,
    LlmIdentity,
    Severity,
)

__all__ = ["IncidentChanges", "IncidentDraft"]


@dataclass(frozen=True, slots=True)
class IncidentDraft:
    """An incident that a person opens. `severity` None leaves the judgement to triage."""

    title: str
    source: str = "manual"
    description: str = ""
    severity: Severity | None = None
    type: IncidentType = IncidentType.UNKNOWN
    resources: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    llm: LlmIdentity = NO_IDENTITY


@dataclass(frozen=True, slots=True)
class IncidentChanges:
    """An edit; None leaves a field as it is. `reason` is asked for when `state` brings one back."""

    title: str | None = None
    description: str | None = None
    type: IncidentType | None = None
    state: IncidentState | None = None
    reason: str = ""
    add_labels: Mapping[str, str] = field(default_factory=dict)
    remove_labels: tuple[str, ...] = ()
