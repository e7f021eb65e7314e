"""Sound examples of what the hub hands over, changed by naming what matters to the test."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from incident_hub_hookspecs.enums import IncidentState, IncidentType, Severity
from incident_hub_hookspecs.parsing import WebhookRequest
from incident_hub_hookspecs.records import Alert, Incident, LlmIdentity
from incident_hub_hookspecs.response import ActionRequest, BlastRadius, Notification
from incident_hub_hookspecs.testing.sound_json import sound_json
from incident_hub_hookspecs.timeline import TimelineEvent

__all__ = [
    "NOON",
    "a_notification",
    "an_action_request",
    "an_alert",
    "an_event",
    "an_incident",
    "incidents",
    "webhook_request",
]

T = TypeVar("T")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def an_incident(**changes: Any) -> Incident:
    """A new incident about a slow model; every value can be given."""
    return _made(
        Incident,
        changes,
        id="0199aaaa-0000-7000-8000-000000000001",
        title="Answers of gpt-4o are slow",
        source="prometheus",
        severity=Severity.P2,
        state=IncidentState.DETECTED,
        type=IncidentType.PERFORMANCE,
        fingerprint="f" * 32,
        created_at=NOON,
        first_seen=NOON,
        last_seen=NOON,
        description="p95 above 8 s for five minutes",
        labels={"service": "chat", "severity": "warning"},
        annotations={},
        resources=("pod:chat-1",),
        llm=LlmIdentity(provider="openai", model="gpt-4o"),
    )


def incidents(count: int, **changes: Any) -> list[Incident]:
    """So many incidents, a second apart, each with an id, a title and a fingerprint of its own."""
    return [_numbered(number, changes) for number in range(count)]


def an_alert(**changes: Any) -> Alert:
    """An alert about a slow model, as a parser would make it."""
    return _made(
        Alert,
        changes,
        source="prometheus",
        title="Answers of gpt-4o are slow",
        severity=Severity.P2,
        type=IncidentType.PERFORMANCE,
        labels={"service": "chat"},
        annotations={},
        starts_at=NOON,
        raw={"title": "Answers of gpt-4o are slow"},
    )


def an_event(**changes: Any) -> TimelineEvent:
    """The event that an incident was opened."""
    return _made(
        TimelineEvent,
        changes,
        cursor=1,
        type="CREATED",
        at=NOON,
        actor="hub:intake",
        incident_id=an_incident().id,
        data={"title": "Answers of gpt-4o are slow"},
    )


def a_notification(**changes: Any) -> Notification:
    """The news of a new incident; give the `target` that the notifier reads."""
    text = "[P2] Answers of gpt-4o are slow (prometheus)"
    return _made(
        Notification, changes, key="key-1", event="created", incident=an_incident(), target={}, text=text
    )


def an_action_request(**changes: Any) -> ActionRequest:
    """Somebody wants to restart a service."""
    return _made(
        ActionRequest,
        changes,
        incident=an_incident(),
        action="restart",
        params={"service": "chat"},
        actor="ann",
        blast_radius=BlastRadius.SERVICE,
        dry_run=False,
    )


def webhook_request(
    slug: str,
    body: bytes,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> WebhookRequest:
    """A request as the door hands it to a parser: names of headers in lower case, `json` strict."""
    lower = {name.lower(): value for name, value in (headers or {}).items()}
    return WebhookRequest(slug, lower, query or {}, body, partial(sound_json, body))


def _numbered(number: int, changes: Mapping[str, Any]) -> Incident:
    at = NOON + timedelta(seconds=number)
    own: dict[str, Any] = {
        "id": f"0199aaaa-0000-7000-8000-{number:012}",
        "title": f"Answers of model {number} are slow",
        "fingerprint": f"{number:032x}",
        "created_at": at,
        "first_seen": at,
        "last_seen": at,
    }
    return an_incident(**(own | dict(changes)))


def _made(kind: Callable[..., T], changes: Mapping[str, Any], **usual: Any) -> T:
    return kind(**(usual | dict(changes)))
