"""From a parsed alert to what the transaction needs, done before and outside of it."""

from collections.abc import Callable
from typing import NamedTuple

import orjson
from incident_hub_hookspecs import Alert, AlertStatus, PayloadError

from incident_hub.domain.correlation import correlation_key
from incident_hub.domain.fingerprint import fingerprint
from incident_hub.domain.redaction import redact
from incident_hub.domain.times import to_micros
from incident_hub.intake.normalised import alert_json, identity_json

__all__ = ["PreparedAlert", "prepare"]

_NUL = "\\u0000"  # as JSON writes it; PostgreSQL takes no such character in a text
_SOURCE_LENGTH = 255


class PreparedAlert(NamedTuple):
    """An alert as it is stored, and the columns of the incident that it may open: plain values only.

    Times are microseconds; `severity` is what the source reported; texts are redacted, and
    `resources`, `labels`, `annotations` and `llm` are JSON.
    """

    fingerprint: str
    firing: bool
    stateful: int
    severity: str | None
    starts_at: int | None
    ends_at: int | None
    body: str
    title: str
    description: str
    source: str
    type: str
    resources: str
    labels: str
    annotations: str
    llm: str
    correlation_key: str


def prepare(alert: Alert) -> PreparedAlert:
    """Fingerprint first, redact after: the same problem stays the same when a secret changes shape.

    Raises `PayloadError` for text that no database can hold (half a surrogate pair).
    """
    try:
        plain, labels, annotations = alert_json(alert)
    except TypeError as error:
        raise PayloadError("bad_text", f"the alert cannot be written as JSON: {error}") from error
    body = redact(plain)
    clean = _cleaning(plain, body)
    return PreparedAlert(
        fingerprint(alert),
        alert.status is AlertStatus.FIRING,
        int(alert.stateful),
        None if alert.severity is None else alert.severity.value,
        None if alert.starts_at is None else to_micros(alert.starts_at),
        None if alert.ends_at is None else to_micros(alert.ends_at),
        body,
        clean(alert.title),
        clean(alert.description),
        clean(alert.source)[:_SOURCE_LENGTH],
        alert.type.value,
        orjson.dumps(alert.resources).decode() if alert.resources else "[]",
        clean(labels),
        clean(annotations),
        identity_json(alert.llm),
        correlation_key(alert),
    )


def _cleaning(plain: str, redacted: str) -> Callable[[str], str]:
    """How the alert's fields may be stored; the whole of it tells whether there is anything to hide."""
    if redacted is plain and _NUL not in plain:
        return str
    return _clean


def _clean(text: str) -> str:
    return redact(text).replace("\0", "\ufffd")
