"""An incident as an event of PagerDuty's Events API v2, within its limits."""

import json
from collections.abc import Mapping
from dataclasses import fields

from incident_hub_hookspecs import Incident, IncidentState, Notification, Severity
from incident_hub_hookspecs.outgoing_text import one_line, readable

__all__ = ["MOST_BYTES", "body_of"]

MOST_BYTES = 512 * 1024
_SEVERITIES = {
    Severity.P0: "critical",
    Severity.P1: "error",
    Severity.P2: "warning",
    Severity.P3: "info",
    Severity.P4: "info",
}
_SUMMARY, _KEY, _TEXT = 1024, 255, 10_000
_LABELS = 64
_ENDED = (IncidentState.RESOLVED, IncidentState.CLOSED)


def body_of(notification: Notification, routing_key: str, client: str, url: str) -> bytes:
    """The event; all events about one incident have its id as their `dedup_key`."""
    incident = notification.incident
    event: dict[str, object] = {
        "routing_key": routing_key,
        "event_action": _action(notification),
        "dedup_key": one_line(incident.id, _KEY),
        "client": one_line(client, _KEY),
        "payload": _payload(notification),
    }
    if url:
        event |= {"client_url": url, "links": [{"href": url, "text": "Open the incident"}]}
    return json.dumps(event, separators=(",", ":")).encode()


def _action(notification: Notification) -> str:
    """By what the hub tells of; an event of a later version goes by how the incident stands."""
    known = {
        "created": "trigger",
        "reopened": "trigger",
        "acknowledged": "acknowledge",
        "resolved": "resolve",
        "closed": "resolve",
    }
    return known.get(notification.event) or _by_state(notification.incident)


def _by_state(incident: Incident) -> str:
    if incident.state in _ENDED:
        return "resolve"
    return "acknowledge" if incident.acknowledged_by else "trigger"


def _payload(notification: Notification) -> Mapping[str, object]:
    incident = notification.incident
    told: dict[str, object] = {
        "summary": one_line(notification.text or incident.title, _SUMMARY) or "Incident",
        "source": one_line(incident.source, _KEY) or "incident-hub",
        "severity": _SEVERITIES[incident.severity],
        "timestamp": incident.first_seen.isoformat(timespec="milliseconds"),
        "class": incident.type.value,
        "custom_details": _details(notification),
    }
    named = {
        "component": one_line(incident.labels.get("service") or incident.llm.model, _KEY),
        "group": one_line(incident.llm.deployment or incident.llm.environment, _KEY),
    }
    return told | {name: value for name, value in named.items() if value}


def _details(notification: Notification) -> Mapping[str, object]:
    """What people see below the summary, and the key by which a repeat is known."""
    incident = notification.incident
    identity = {part.name: one_line(getattr(incident.llm, part.name), _KEY) for part in fields(incident.llm)}
    labels = list(incident.labels.items())[:_LABELS]
    found = {
        "incident": one_line(incident.id, _KEY),
        "severity": incident.severity.value,
        "state": incident.state.value,
        "description": readable(incident.description, _TEXT),
        "alerts": incident.count,
        "resources": [one_line(one, _KEY) for one in incident.resources[:_LABELS]],
        "labels": {one_line(name, _KEY): one_line(value, _KEY) for name, value in labels},
        "llm": {name: value for name, value in identity.items() if value},
        "notification": one_line(notification.key, _KEY),
    }
    return {name: value for name, value in found.items() if value}
