"""Grafana's unified alerting webhook: as Alertmanager's, with its own links and two special alerts."""

from collections.abc import Mapping

from incident_hub_hookspecs import Alert, Delivery, PayloadError, Severity, WebhookRequest
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

__all__ = ["parse_grafana"]

# Grafana's own trouble with a query says nothing of the thing watched, whatever the rule's severity.
META_ALERTS: Mapping[str, Severity] = {
    "DatasourceNoData": Severity.P4,
    "DatasourceError": Severity.P3,
}
LINKS = ("dashboardURL", "panelURL", "silenceURL", "imageURL", "valueString")


def parse_grafana(request: WebhookRequest) -> Delivery:
    """Take every alert of the group, each by its own status."""
    body = as_mapping(request.json())
    if "alerts" not in body:
        raise PayloadError("missing_field", "a Grafana webhook has alerts", "alerts")
    return deliver(as_list(body["alerts"], "alerts"), _alert, "alerts")


def _alert(value: object) -> Alert:
    item = as_mapping(value)
    labels = strings(item.get("labels"), "labels")
    if not labels:
        raise PayloadError("missing_field", "an alert has at least one label", "labels")
    fingerprint = text(item.get("fingerprint"), "fingerprint", 255)
    return labelled_alert(
        item,
        labels,
        _annotations(item),
        source="grafana",
        dedup_key="grafana:" + (fingerprint or label_hash(labels)),
        status=status(text(item.get("status"), "status") or "firing"),
        starts_at=moment(item.get("startsAt"), "startsAt"),
        ends_at=moment(item.get("endsAt"), "endsAt"),
        severity=META_ALERTS.get(labels.get("alertname", "")),
        external_id=fingerprint,
    )


def _annotations(item: Mapping[str, object]) -> Mapping[str, str]:
    """The rule's annotations, and Grafana's links under their own names."""
    annotations = strings(item.get("annotations"), "annotations", MAX_TEXT)
    links = {name: text(item[name], name) for name in LINKS if item.get(name)}
    return {**links, **annotations} if links else annotations
