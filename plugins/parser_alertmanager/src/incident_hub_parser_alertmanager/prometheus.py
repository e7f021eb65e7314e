"""What Prometheus posts to Alertmanager's API v2: an array of alerts that name no status.

An end in the future is a time to live, as Prometheus says it again and again while the alert fires;
an end in the past is the end; none at all means firing.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from incident_hub_hookspecs import Alert, AlertStatus, Clock, Delivery, PayloadError, WebhookRequest
from incident_hub_hookspecs.payload import MAX_TEXT, as_list, as_mapping, deliver, moment, strings
from incident_hub_hookspecs.payload_labelled import label_hash, labelled_alert

__all__ = ["parse_prometheus"]

LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
KNOWN_LIMIT = 4096
_known: set[str] = set()


def parse_prometheus(clock: Clock, request: WebhookRequest) -> Delivery:
    """Take the body of `POST /api/v2/alerts`; one reading of the clock judges the whole batch."""
    return deliver(as_list(request.json()), partial(_alert, clock.now()))


def _alert(now: datetime, value: object) -> Alert:
    item = as_mapping(value)
    labels = _labels(item.get("labels"))
    starts_at = moment(item.get("startsAt"), "startsAt")
    ends_at = moment(item.get("endsAt"), "endsAt")
    if starts_at and ends_at and starts_at > ends_at:
        raise PayloadError("bad_timestamp", "the alert ends before it starts", "endsAt")
    return labelled_alert(
        item,
        labels,
        _without_empty(strings(item.get("annotations"), "annotations", MAX_TEXT)),
        source="prometheus",
        dedup_key="am:" + label_hash(labels),
        status=AlertStatus.RESOLVED if ends_at and ends_at <= now else AlertStatus.FIRING,
        starts_at=starts_at,
        ends_at=ends_at,
    )


def _labels(value: object) -> Mapping[str, str]:
    labels = _without_empty(strings(value, "labels"))
    if not labels:
        raise PayloadError("missing_field", "an alert has at least one label", "labels")
    if not _known.issuperset(labels):
        _check_names(labels)
    return labels


def _without_empty(values: Mapping[str, str]) -> Mapping[str, str]:
    if "" in values.values():
        return {name: value for name, value in values.items() if value}
    return values


def _check_names(names: Iterable[str]) -> None:
    """Refuse a name outside Prometheus' alphabet; good ones are remembered, up to a bound."""
    for name in names:
        if not LABEL_NAME.fullmatch(name):
            raise PayloadError("bad_label", "a label name is letters, digits and _", "labels")
        if len(_known) < KNOWN_LIMIT:
            _known.add(name)
