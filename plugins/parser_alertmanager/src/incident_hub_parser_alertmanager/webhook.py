"""Alertmanager's webhook, version 4: a group of alerts, each with its own status."""

from collections.abc import Mapping

from incident_hub_hookspecs import Alert, Delivery, PayloadError, WebhookRequest
from incident_hub_hookspecs.payload import (
    MAX_TEXT,
    as_list,
    as_mapping,
    deliver,
    moment,
    status,
    strings,
    text,
)
from incident_hub_hookspecs.payload_labelled import label_hash, labelled_alert

__all__ = ["parse_webhook"]


def parse_webhook(request: WebhookRequest) -> Delivery:
    """Take each alert by its own status: the group's stays "firing" while members are resolved."""
    body = as_mapping(request.json())
    if "alerts" not in body:
        raise PayloadError("missing_field", "an Alertmanager webhook has alerts", "alerts")
    note = _truncation(body.get("truncatedAlerts"))
    return deliver(as_list(body["alerts"], "alerts"), lambda item: _alert(item, note), "alerts")


def _truncation(count: object) -> Mapping[str, str]:
    if isinstance(count, int) and not isinstance(count, bool) and count > 0:
        return {"truncated_alerts": f"{count} more alerts of this group were left out by Alertmanager"}
    return {}


def _alert(value: object, note: Mapping[str, str]) -> Alert:
    item = as_mapping(value)
    labels = strings(item.get("labels"), "labels")
    if not labels:
        raise PayloadError("missing_field", "an alert has at least one label", "labels")
    annotations = strings(item.get("annotations"), "annotations", MAX_TEXT)
    fingerprint = text(item.get("fingerprint"), "fingerprint", 255)
    return labelled_alert(
        item,
        labels,
        {**annotations, **note} if note else annotations,
        source="alertmanager",
        dedup_key="am:" + (fingerprint or label_hash(labels)),
        status=status(text(item.get("status"), "status") or "firing"),
        starts_at=moment(item.get("startsAt"), "startsAt"),
        ends_at=moment(item.get("endsAt"), "endsAt"),
        external_id=fingerprint,
    )
