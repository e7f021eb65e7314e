from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from incident_hub_hookspecs import (
    Alert,
    AlertStatus,
    ConfigError,
    Delivery,
    IncidentType,
    LlmIdentity,
    PayloadError,
    Severity,
    WebhookRequest,
)  # fmt: skip
from incident_hub_hookspecs.testing import FixedClock, plugin_context
from incident_hub_parser_generic import Sender, Settings, plugin

ACME = Sender(
    source="acme",
    items="data.events",
    fields={"title": "event.name", "severity": "event.level", "status": "event.states.0"},
    severities={"Boom": "P0"},
    stateful=False,
)


def parse(
    body: object, slug: str = "generic", headers: dict[str, str] | None = None, **senders: Sender
) -> Delivery:
    clock = FixedClock(datetime(2026, 11, 23, tzinfo=UTC))
    context = plugin_context("parser_generic", Settings(senders), clock=clock)
    parsers = {one.slug: one for one in plugin.register_webhook_parsers(context)}
    return parsers[slug].parse(WebhookRequest(slug, headers or {}, {}, b"", lambda: body))


def one(body: object) -> Alert:
    (alert,) = parse(body).alerts
    return alert


def test_every_field_arrives() -> None:
    item = {
        "name": "Slow", "source": "app", "status": "recovered", "severity": "CRITICAL", "incident_type": "Data",
        "description": "d", "id": 7, "fingerprint": "f", "affected_resources": ["a", "b", "a"],
        "labels": {"model": "m", "provider": "p"}, "annotations": {"n": 1}, "llm": {"model": "mine", "agent": "x"},
        "starts_at": 1795392000, "runbook_url": "r", "url": "u",
    }  # fmt: skip
    alert = one(item)
    assert alert.raw is item
    assert (alert.title, alert.source, alert.status, alert.severity) == (
        "Slow",
        "app",
        AlertStatus.RESOLVED,
        Severity.P1,
    )
    assert (alert.type, alert.external_id, alert.dedup_key) == (IncidentType.DATA, "7", "f")
    assert (alert.resources, alert.annotations) == (("a", "b"), {"n": "1"})
    assert alert.llm == LlmIdentity(provider="p", model="mine", agent="x")
    assert alert.starts_at == datetime(2026, 11, 23, tzinfo=UTC)
    assert (alert.runbook_url, alert.generator_url, alert.stateful) == ("r", "u", True)


def test_one_shot_alert_is_not_stateful() -> None:
    alert = one({"title": "x"})
    assert (alert.source, alert.stateful, alert.severity) == ("generic", False, None)


@pytest.mark.parametrize(
    "body", [[{"title": "a"}, {"title": "b"}], {"alerts": [{"title": "a"}, {"title": "b"}]}]
)
def test_arrays_are_many_alerts(body: object) -> None:
    assert [alert.title for alert in parse(body).alerts] == ["a", "b"]


@pytest.mark.parametrize(
    ("item", "code"),
    [({}, "missing_field"), ({"title": 1}, "wrong_type"), ({"title": "x", "status": "?"}, "unknown_status"),
     ({"title": "x", "severity": {}}, "wrong_type"), ({"title": "x", "starts_at": "?"}, "bad_timestamp"),
     ({"title": "x", "llm": []}, "wrong_type"), ("x", "wrong_type"), (None, "wrong_type")],
)  # fmt: skip
def test_a_bad_item_says_why_and_its_neighbour_goes_in(item: object, code: str) -> None:
    delivery = parse([item, {"title": "good"}])
    assert [alert.title for alert in delivery.alerts] == ["good"]
    assert delivery.rejected[0].code == code
    with pytest.raises(PayloadError):
        parse(item)


def test_delivery_id_is_the_senders_and_never_a_proxys() -> None:
    assert parse({"title": "x"}, headers={"x-request-id": "p", "webhook-id": "w"}).delivery_id == "w"
    assert parse([{"title": "x"}], headers={"x-request-id": "p"}).delivery_id == ""


def test_a_configured_slug_reads_dotted_paths_only() -> None:
    event = {"event": {"name": "N", "level": "BOOM", "states": ["ok"]}, "title": "not this", "status": 200}
    (alert,) = parse({"data": {"events": [event]}}, "acme", acme=ACME).alerts
    assert (alert.title, alert.source, alert.severity) == ("N", "acme", Severity.P0)
    assert (alert.status, alert.stateful, alert.raw) == (AlertStatus.RESOLVED, False, event)
    with pytest.raises(PayloadError) as caught:
        parse({"data": {}}, "acme", acme=ACME)
    assert caught.value.path == "data.events"


@pytest.mark.parametrize(
    ("config", "path"),
    [({"slugz": {}}, "slugz"), ({"slugs": []}, "slugs"), ({"slugs": {"A b": {}}}, "slugs.A b"),
     ({"slugs": {"generic": {}}}, "slugs.generic"), ({"slugs": {"a": {"items": ""}}}, "slugs.a.items"),
     ({"slugs": {"a": {"fields": {"titel": "x"}}}}, "slugs.a.fields.titel"),
     ({"slugs": {"a": {"fields": {"title": "x..y"}}}}, "slugs.a.fields.title"),
     ({"slugs": {"a": {"severities": {"boom": "P9"}}}}, "slugs.a.severities.boom"),
     ({"slugs": {"a": {"stateful": "no"}}}, "slugs.a.stateful"), ({"slugs": {"a": {"x": 1}}}, "slugs.a.x")],
)  # fmt: skip
def test_wrong_configuration_names_its_key(
    settings_of: Callable[..., Settings], config: dict[str, object], path: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_of(plugin, **config)
    assert caught.value.path == path
