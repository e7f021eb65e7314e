"""Objects without relations of their own: alerts, events, findings, identities."""

from dataclasses import fields
from typing import Any

import incident_hub_hookspecs as hookspecs
import orjson
import strawberry

from incident_hub.api.graphql.fields import derived, stored
from incident_hub.api.graphql.scalars import Json, Moment
from incident_hub.api.graphql.types.enums import AlertStatus, EventType, FeedbackKind, IncidentType, Severity
from incident_hub.storage.reading.rows import AlertRow, FindingRow

__all__ = [
    "Alert", "Feedback", "Finding", "KeyValue", "LlmIdentity", "SeveritySuggestion", "TimelineEvent", "identity",
    "pairs",
]  # fmt: skip

_KNOWN = frozenset(f.name for f in fields(hookspecs.LlmIdentity))


@strawberry.type(description="A name and its value.")
class KeyValue:
    """One label or annotation."""

    key: str
    value: str


@strawberry.type(description="Which part of an LLM system is meant; unknown parts are empty.")
class LlmIdentity:
    """As in the contract with plugins."""

    provider: str
    model: str
    deployment: str
    prompt_version: str
    agent: str
    tool: str
    tenant: str
    environment: str


def pairs(text: str) -> list[KeyValue]:
    """A JSON object of text values as a list, sorted by key."""
    found: dict[str, Any] = orjson.loads(text)
    return [KeyValue(key=key, value=str(found[key])) for key in sorted(found)]


def identity(text: str) -> hookspecs.LlmIdentity:
    """The stored identity; a part that this version does not know is left out."""
    return hookspecs.LlmIdentity(**{k: v for k, v in orjson.loads(text).items() if k in _KNOWN})


def _body(row: AlertRow) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(row.body)
    return body


def _text(name: str) -> Any:  # noqa: ANN401 - stands for a field
    return derived(lambda row: _body(row).get(name, ""))


def _skew(row: AlertRow) -> float | None:
    ahead = 0 if row.starts_at is None else row.starts_at - row.received_at
    return ahead / 1_000_000 if ahead > 0 else None


@strawberry.type(description="One message from outside, as it was stored.")
class Alert:
    """Shows an `AlertRow`."""

    id: strawberry.ID
    incident_id: strawberry.ID
    fingerprint: str
    status: AlertStatus
    severity: Severity | None
    received_at: Moment
    starts_at: Moment | None
    ends_at: Moment | None
    clock_skew_seconds: float | None = derived(
        _skew, description="How far the sender's clock is ahead at least: it began after it came. Else null."
    )
    silenced_by: strawberry.ID | None
    source: str = _text("source")
    title: str = _text("title")
    description: str = _text("description")
    external_id: str = _text("external_id")
    runbook_url: str = _text("runbook_url")
    generator_url: str = _text("generator_url")
    labels: list[KeyValue] = derived(lambda row: pairs(orjson.dumps(_body(row).get("labels", {})).decode()))
    llm: LlmIdentity = derived(lambda row: identity(orjson.dumps(_body(row).get("llm", {})).decode()))
    body: Json = stored("body", description="The whole alert as stored: normalised, redacted.")


@strawberry.type(description="One thing that happened to an incident; append-only.")
class TimelineEvent:
    """Shows a `TimelineRow`."""

    cursor: str = derived(lambda row: str(row.cursor), description="Its number in the hub's one timeline.")
    incident_id: strawberry.ID | None
    type: EventType
    at: Moment
    actor: str
    occurrences: int = strawberry.field(name="count", description="How many of a burst it stands for.")
    data: Json = stored("data")


def _confidence(row: FindingRow) -> float | None:
    try:
        return None if row.confidence is None else float(row.confidence)
    except ValueError:
        return None


@strawberry.type(description="What a person said would have been right.")
class Feedback:
    """Shows a `FeedbackRow`."""

    id: strawberry.ID
    kind: FeedbackKind
    severity: Severity | None
    type: IncidentType | None
    actor: str
    at: Moment


@strawberry.type(description="What the most confident classifier says; whether it counts, policy decides.")
class SeveritySuggestion:
    """Shows a `Suggestion`."""

    severity: Severity
    confidence: float
    plugin: str
    reasons: list[str]


@strawberry.type(description="What one plugin said of an incident at one stage of triage.")
class Finding:
    """Shows a `FindingRow`."""

    id: strawberry.ID
    stage: str
    plugin: str
    plugin_version: str
    value: Json = stored("value")
    confidence: float | None = derived(_confidence)
    seconds: float = derived(lambda row: row.micros / 1_000_000)
    error: str | None
    at: Moment
