"""The plain data that crosses the door between hub and plugin: frozen, typed, without behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from incident_hub_hookspecs.enums import AlertStatus, IncidentState, IncidentType, Severity

__all__ = ["EMPTY", "NO_IDENTITY", "Alert", "Incident", "LlmIdentity"]

EMPTY: Mapping[str, str] = MappingProxyType({})


def _nothing() -> Mapping[str, str]:
    return EMPTY


@dataclass(frozen=True, slots=True)
class LlmIdentity:
    """Which part of an LLM system is meant. Every field may be empty, none is ever guessed."""

    provider: str = ""
    model: str = ""
    deployment: str = ""
    prompt_version: str = ""
    agent: str = ""
    tool: str = ""
    tenant: str = ""
    environment: str = ""


NO_IDENTITY = LlmIdentity()


@dataclass(frozen=True, slots=True)
class Alert:
    """One message from outside, normalised by a webhook parser.

    `dedup_key` is the source's own identity for the problem; empty means the hub fingerprints source,
    type, title and sorted resources. `stateful` says that the source reports its own end (a resolved
    alert, or `ends_at` in the future as a time to live); a one-shot source leaves it False, and its
    alerts are joined for the deduplication window only. `severity` None means the source named none.
    Times carry a time zone. `raw` is the item as it came, kept (redacted) for people to read.
    """

    source: str
    title: str
    status: AlertStatus = AlertStatus.FIRING
    severity: Severity | None = None
    type: IncidentType = IncidentType.UNKNOWN
    description: str = ""
    external_id: str = ""
    dedup_key: str = ""
    stateful: bool = False
    resources: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=_nothing)
    annotations: Mapping[str, str] = field(default_factory=_nothing)
    llm: LlmIdentity = NO_IDENTITY
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    runbook_url: str = ""
    generator_url: str = ""
    raw: object = None


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as a plugin sees it: a snapshot that nothing written to can change.

    `reported_severity` is what the sources said (None: nothing), `severity` what counts now.
    `count` is the number of alerts folded into it, `version` rises by one with each change.
    """

    id: str
    title: str
    source: str
    severity: Severity
    state: IncidentState
    type: IncidentType
    fingerprint: str
    created_at: datetime
    first_seen: datetime
    last_seen: datetime
    version: int = 1
    count: int = 1
    description: str = ""
    reported_severity: Severity | None = None
    resources: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=_nothing)
    llm: LlmIdentity = NO_IDENTITY
    assignees: tuple[str, ...] = ()
    acknowledged_by: str = ""
    escalation_level: int = 0
    group_id: str = ""
    resolved_at: datetime | None = None
    resolution_method: str = ""
    resolution_notes: str = ""
    root_cause: str = ""
    annotations: Mapping[str, str] = field(default_factory=_nothing)
    tags: tuple[str, ...] = ()
