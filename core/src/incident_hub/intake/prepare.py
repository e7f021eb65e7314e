"""From a parsed alert to what the transaction needs, done before and outside of it."""

from dataclasses import dataclass, fields
from operator import attrgetter

import orjson
from incident_hub_hookspecs import NO_IDENTITY, Alert, AlertStatus, LlmIdentity, PayloadError

from incident_hub.domain.fingerprint import fingerprint
from incident_hub.domain.redaction import redact
from incident_hub.domain.times import to_micros

__all__ = ["PreparedAlert", "identity_json", "prepare"]

_LLM_NAMES = tuple(part.name for part in fields(LlmIdentity))
_llm_values = attrgetter(*_LLM_NAMES)
_NUL = "\\u0000"  # as JSON writes it; PostgreSQL takes no such character in a text


@dataclass(slots=True)
class PreparedAlert:
    """An alert with its fingerprint, its times in microseconds and its redacted body."""

    alert: Alert
    fingerprint: str
    firing: bool
    starts_at: int | None
    ends_at: int | None
    body: str
    redacted: bool
    severity: str | None  # what the source reported

    def clean(self, text: str) -> str:
        """A field of this alert as it may be stored; the body told whether there is anything to hide."""
        if self.redacted:
            text = redact(text)
        return text.replace("\0", "\ufffd") if _NUL in self.body else text


def prepare(alert: Alert) -> PreparedAlert:
    """Fingerprint first, redact after: the same problem stays the same when a secret changes shape.

    Raises `PayloadError` for text that no database can hold (half a surrogate pair).
    """
    try:
        plain = _body(alert)
    except TypeError as error:
        raise PayloadError("bad_text", f"the alert cannot be written as JSON: {error}") from error
    body = redact(plain)
    return PreparedAlert(
        alert=alert,
        fingerprint=fingerprint(alert),
        firing=alert.status is AlertStatus.FIRING,
        starts_at=None if alert.starts_at is None else to_micros(alert.starts_at),
        ends_at=None if alert.ends_at is None else to_micros(alert.ends_at),
        body=body,
        redacted=body is not plain,
        severity=None if alert.severity is None else alert.severity.value,
    )


def _body(alert: Alert) -> str:
    """The normalised alert as JSON; `raw` leaves out what stands beside it unchanged."""
    body: dict[str, object] = {"source": alert.source, "title": alert.title, "type": alert.type.value}
    labels, annotations, raw = alert.labels, alert.annotations, alert.raw
    if labels:
        body["labels"] = labels if type(labels) is dict else dict(labels)
    if annotations:
        body["annotations"] = annotations if type(annotations) is dict else dict(annotations)
    for name in ("description", "external_id", "runbook_url", "generator_url", "dedup_key", "resources"):
        if value := getattr(alert, name):
            body[name] = value
    if alert.llm is not NO_IDENTITY and (llm := _identity(alert.llm)):
        body["llm"] = llm
    if type(raw) is dict:
        raw = {k: v for k, v in raw.items() if k not in body or body[k] != v}
    if raw:
        body["raw"] = raw
    return orjson.dumps(body, default=str).decode()


def _identity(llm: LlmIdentity) -> dict[str, str]:
    """The known parts of an LLM identity."""
    return {name: value for name, value in zip(_LLM_NAMES, _llm_values(llm), strict=True) if value}


def identity_json(llm: LlmIdentity) -> str:
    """The known parts of an LLM identity as JSON."""
    return "{}" if llm is NO_IDENTITY else orjson.dumps(_identity(llm)).decode()
