from datetime import UTC, datetime

import pytest
from incident_hub_hookspecs import (
    AlertStatus,
    Delivery,
    IncidentType,
    PayloadError,
    Severity,
    WebhookRequest,
)
from incident_hub_hookspecs.testing import FixedClock, plugin_context
from incident_hub_parser_alertmanager import Settings, plugin


def parse(slug: str, body: object) -> Delivery:
    clock = FixedClock(datetime(2026, 11, 23, 12, tzinfo=UTC))
    context = plugin_context("parser_alertmanager", Settings(), clock=clock)
    parsers = {one.slug: one for one in plugin.register_webhook_parsers(context)}
    return parsers[slug].parse(WebhookRequest(slug, {}, {}, b"", lambda: body))


def v2(**item: object) -> object:
    return {"labels": {"alertname": "A"}, **item}


def member(status: str, fingerprint: str) -> object:
    return {
        "status": status, "fingerprint": fingerprint, "labels": {"alertname": "A", "severity": "page"},
        "annotations": {"summary": "S"}, "startsAt": "2026-11-23T11:00:00Z", "endsAt": "0001-01-01T00:00:00Z",
    }  # fmt: skip


def test_each_alert_of_a_firing_group_keeps_its_own_status() -> None:
    body = {"version": "4", "status": "firing", "alerts": [member("resolved", "x"), member("firing", "y")]}
    resolved, firing = parse("alertmanager", body).alerts
    assert (resolved.status, firing.status) == (AlertStatus.RESOLVED, AlertStatus.FIRING)
    assert (firing.dedup_key, firing.external_id, firing.ends_at) == ("am:y", "y", None)
    assert (firing.title, firing.severity, firing.stateful) == ("S", Severity.P0, True)


def test_truncation_is_noted_on_the_alerts() -> None:
    (alert,) = parse("alertmanager", {"truncatedAlerts": 3, "alerts": [member("firing", "y")]}).alerts
    assert alert.annotations["truncated_alerts"].startswith("3 more")


@pytest.mark.parametrize(
    ("ends_at", "status"),
    [("2026-11-23T12:00:01Z", AlertStatus.FIRING), ("2026-11-23T12:00:00Z", AlertStatus.RESOLVED),
     (None, AlertStatus.FIRING), ("0001-01-01T00:00:00Z", AlertStatus.FIRING)],
)  # fmt: skip
def test_the_end_decides_whether_a_v2_alert_fires(ends_at: str | None, status: AlertStatus) -> None:
    (alert,) = parse("alertmanager-v2", [v2(endsAt=ends_at)]).alerts
    assert alert.status is status
    assert (alert.ends_at is None) is (ends_at is None or ends_at.startswith("0001"))


def test_v2_reads_labels_and_annotations() -> None:
    labels = {
        "severity": "warning",
        "category": "performance",
        "model": "m",
        "service": "s",
        "job": "j",
        "x": "",
    }
    item = {"labels": labels, "annotations": {"message": "M", "runbook_url": "r"}, "generatorURL": "g"}
    (alert,) = parse("alertmanager-v2", [item]).alerts
    assert alert.title == '{category="performance", job="j", model="m", service="s", severity="warning"}'
    assert (alert.severity, alert.type, alert.llm.model) == (Severity.P3, IncidentType.PERFORMANCE, "m")
    assert (alert.resources, alert.description) == (("job:j", "service:s"), "M")
    assert (alert.runbook_url, alert.generator_url) == ("r", "g")
    assert "x" not in alert.labels
    assert alert.raw is item


def test_v2_key_depends_on_labels_alone_and_keeps_them_apart() -> None:
    body = [v2(), v2(annotations={"a": "b"}), {"labels": {"a": "bc"}}, {"labels": {"ab": "c"}}]
    keys = [alert.dedup_key for alert in parse("alertmanager-v2", body).alerts]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert keys[0].startswith("am:")


@pytest.mark.parametrize(
    ("item", "code"),
    [({"labels": {}}, "missing_field"), ({"labels": {"a": ""}}, "missing_field"),
     ({"labels": {"a-b": "c"}}, "bad_label"),
     ({"labels": {"1a": "c"}}, "bad_label"), ({"labels": {"a\n": "c"}}, "bad_label"), (7, "wrong_type"),
     (v2(startsAt="2026-11-23T12:00:00Z", endsAt="2026-11-23T11:00:00Z"), "bad_timestamp"),
     (v2(generatorURL=1), "wrong_type")],
)  # fmt: skip
def test_a_bad_v2_item_is_rejected_and_the_good_one_goes_in(item: object, code: str) -> None:
    delivery = parse("alertmanager-v2", [item, v2()])
    assert len(delivery.alerts) == 1
    assert [(bad.index, bad.code) for bad in delivery.rejected] == [(0, code)]


@pytest.mark.parametrize("slug", ["alertmanager", "alertmanager-v2"])
@pytest.mark.parametrize("body", [None, "x", {"alerts": {}}, {}])
def test_a_body_of_another_shape_is_an_error(slug: str, body: object) -> None:
    with pytest.raises(PayloadError):
        parse(slug, body)
