"""Against a recorder that holds each event to the published format of the Events API v2."""

import json
from datetime import datetime
from typing import Any

import jsonschema
import pytest
from incident_hub_hookspecs import ConfigError, DeliveryCode, DeliveryError, IncidentState, Receipt, Severity
from incident_hub_hookspecs.testing import (
    Answer,
    RecordingHttp,
    Sent,
    a_notification,
    an_incident,
    call_context,
    empty_incident,
    hostile_incidents,
    huge_incident,
    plugin_context,
)
from incident_hub_notifier_pagerduty import PagerDutyNotifier, Settings
from incident_hub_notifier_pagerduty.event import MOST_BYTES

KEY = "R" * 32
URL = "https://events.pagerduty.com/v2/enqueue"
TEXT = {"type": "string"}
# https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
EVENT = {
    "type": "object",
    "required": ["routing_key", "event_action", "payload"],
    "additionalProperties": False,
    "properties": {
        "routing_key": {"type": "string", "minLength": 32, "maxLength": 32},
        "event_action": {"enum": ["trigger", "acknowledge", "resolve"]},
        "dedup_key": {"type": "string", "minLength": 1, "maxLength": 255},
        "client": TEXT,
        "client_url": {"type": "string", "pattern": "^https?://"},
        "images": {"type": "array"},
        "links": {
            "type": "array",
            "items": {"type": "object", "required": ["href"], "properties": {"href": TEXT, "text": TEXT}},
        },
        "payload": {
            "type": "object",
            "required": ["summary", "source", "severity"],
            "additionalProperties": False,
            "properties": {
                "summary": {"type": "string", "minLength": 1, "maxLength": 1024},
                "source": {"type": "string", "minLength": 1},
                "severity": {"enum": ["critical", "error", "warning", "info"]},
                "timestamp": TEXT,
                "component": {"type": "string", "minLength": 1},
                "group": {"type": "string", "minLength": 1},
                "class": {"type": "string", "minLength": 1},
                "custom_details": {"type": "object"},
            },
        },
    },
}


def enqueue(sent: Sent) -> Answer:
    """As PagerDuty answers: 202 for an event that is right, 400 and its reasons for one that is not."""
    event: Any = sent.json()
    problems = [one.message for one in jsonschema.Draft202012Validator(EVENT).iter_errors(event)]
    if problems or len(sent.body) > MOST_BYTES or (sent.method, sent.url) != ("POST", URL):
        return Answer(
            400, {"status": "invalid event", "message": "Event object is invalid", "errors": problems}
        )
    datetime.fromisoformat(event["payload"]["timestamp"])
    return Answer(202, {"status": "success", "message": "Event processed", "dedup_key": event["dedup_key"]})


async def send(http: RecordingHttp, settings: Settings | None = None, **changes: object) -> Receipt:
    plugin = plugin_context("notifier_pagerduty", settings or Settings(routing_key=KEY), http=http)
    context = call_context(plugin, deadline_seconds=3.0, incident_url="https://hub.example/incidents/i1")
    return await PagerDutyNotifier().send(a_notification(**{"target": {}, **changes}), context)


async def sent_event(**changes: object) -> dict[str, Any]:
    http = RecordingHttp(enqueue)
    await send(http, **changes)
    (sent,) = http.sent
    return sent.json()


async def test_an_incident_triggers_with_all_that_is_known_of_it() -> None:
    http = RecordingHttp(enqueue)
    incident = an_incident(id="i1", severity=Severity.P1)
    receipt = await send(http, incident=incident, event="created", text="[P1] slow", key="key-1")
    (sent,) = http.sent
    assert (sent.headers["content-type"], sent.timeout, sent.allow_private) == (
        "application/json",
        3.0,
        False,
    )
    event: Any = sent.json()
    assert event == {
        "routing_key": KEY,
        "event_action": "trigger",
        "dedup_key": "i1",
        "client": "Incident Hub",
        "client_url": "https://hub.example/incidents/i1",
        "links": [{"href": "https://hub.example/incidents/i1", "text": "Open the incident"}],
        "payload": {
            "summary": "[P1] slow",
            "source": "prometheus",
            "severity": "error",
            "timestamp": "2026-01-01T12:00:00.000+00:00",
            "class": incident.type.value,
            "component": "chat",
            "custom_details": {
                "incident": "i1",
                "severity": "P1",
                "state": "detected",
                "description": "p95 above 8 s for five minutes",
                "alerts": 1,
                "resources": ["pod:chat-1"],
                "labels": {"service": "chat", "severity": "warning"},
                "llm": {"provider": "openai", "model": "gpt-4o"},
                "notification": "key-1",
            },
        },
    }
    assert receipt == Receipt("i1", "events.pagerduty.com took the event")


@pytest.mark.parametrize(
    ("event", "state", "by", "action"),
    [
        ("created", IncidentState.DETECTED, "", "trigger"),
        ("reopened", IncidentState.INVESTIGATING, "", "trigger"),
        ("acknowledged", IncidentState.INVESTIGATING, "ann", "acknowledge"),
        ("resolved", IncidentState.RESOLVED, "ann", "resolve"),
        ("closed", IncidentState.CLOSED, "ann", "resolve"),
        ("of a later version", IncidentState.INVESTIGATING, "ann", "acknowledge"),
        ("of a later version", IncidentState.DETECTED, "", "trigger"),
        ("of a later version", IncidentState.CLOSED, "", "resolve"),
    ],
)
async def test_what_happened_is_the_action(event: str, state: IncidentState, by: str, action: str) -> None:
    told = await sent_event(event=event, incident=an_incident(state=state, acknowledged_by=by))
    assert told["event_action"] == action


@pytest.mark.parametrize(
    ("severity", "word"),
    [("P0", "critical"), ("P1", "error"), ("P2", "warning"), ("P3", "info"), ("P4", "info")],
)
async def test_severities_are_pagerdutys(severity: str, word: str) -> None:
    told = await sent_event(incident=an_incident(severity=Severity(severity)))
    assert told["payload"]["severity"] == word


async def test_any_incident_is_a_right_event() -> None:
    for incident in (empty_incident(), huge_incident(), *hostile_incidents()):
        told = await sent_event(incident=incident, text=incident.title)
        assert told["payload"]["summary"].isprintable()
        assert len(json.dumps(told)) < 128 * 1024


async def test_a_target_has_a_key_of_its_own() -> None:
    told = await sent_event(target={"routing_key": "T" * 32})
    assert told["routing_key"] == "T" * 32


async def test_a_400_is_final_and_says_why_without_the_key() -> None:
    with pytest.raises(DeliveryError, match=r"refused the event: '\.\.\.' is too short") as caught:
        await send(RecordingHttp(enqueue), target={"routing_key": "K3Y"})
    assert (caught.value.retry, caught.value.code) == (False, DeliveryCode.INVALID_REQUEST)


@pytest.mark.parametrize(
    ("answer", "retry", "after"),
    [
        (Answer(429, {"status": "throttle exceeded"}, {"Retry-After": "9"}), True, 9.0),
        (Answer(500), True, None),
        (Answer(403), False, None),
        (Answer(202, "<html>"), True, None),
        (Answer(202, {"status": "invalid"}), True, None),
    ],
)
async def test_no_other_answer_is_a_receipt(answer: Answer, after: float | None, *, retry: bool) -> None:
    with pytest.raises(DeliveryError) as caught:
        await send(RecordingHttp(answer))
    assert (caught.value.retry, caught.value.retry_after) == (retry, after)


@pytest.mark.parametrize("target", [{}, {"routing_key": 7}, {"routing_key": "a\nb"}])
async def test_without_a_key_nothing_is_sent(target: dict[str, object]) -> None:
    http = RecordingHttp(enqueue)
    with pytest.raises(DeliveryError, match="routing_key") as caught:
        await send(http, Settings(), target=target)
    assert caught.value.retry is False
    assert http.sent == []


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        Settings(url="pagerduty")
    assert caught.value.path == "url"
