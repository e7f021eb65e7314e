"""CloudEvents 1.0 over HTTP become alerts: structured, batched, or binary with `ce-` headers.

What an event says of itself is in its attributes; what is wrong is in its `data`, an object with `title`
and, if the sender knows them, `severity`, `status`, `description`, `labels` and `url`.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from incident_hub_hookspecs import (
    Alert,
    AlertStatus,
    Delivery,
    PayloadError,
    SignatureError,
    WebhookRequest,
    setting,
)
from incident_hub_hookspecs import payload as p

__all__ = ["Settings", "parse_events", "signature_check"]

SIGNATURE = "x-signature-256"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set."""

    secret: str = setting(
        f"Shared with the sender, who signs the body: `{SIGNATURE}: sha256=<hex HMAC-SHA256>`.",
        default="",
        secret=True,
    )


def parse_events(request: WebhookRequest) -> Delivery:
    """Every event of the request; a repeat of a single one, by source and id, changes nothing."""
    if "ce-specversion" in request.headers:
        return _single(_of_headers(request))
    body = request.json()
    if isinstance(body, list):
        return p.deliver(body, _alert)
    return _single(p.as_mapping(body))


def signature_check(secret: str) -> Callable[[WebhookRequest], None]:
    """The check of who sent a request, over the body as it came."""

    def verify(request: WebhookRequest) -> None:
        given = request.headers.get(SIGNATURE, "").removeprefix("sha256=")
        expected = hmac.new(secret.encode(), request.body, "sha256").hexdigest()
        if not hmac.compare_digest(expected.encode(), given.lower().encode()):
            raise SignatureError(f"{SIGNATURE} is missing or does not fit the body")

    return verify


def _single(event: Mapping[str, object]) -> Delivery:
    alert = _alert(event)
    return Delivery([alert], delivery_id=f"{alert.source} {alert.external_id}"[:255])


def _of_headers(request: WebhookRequest) -> Mapping[str, object]:
    """Binary mode: the attributes are headers, percent-encoded, and the body is the data."""
    attributes = {
        name.removeprefix("ce-"): unquote(value)
        for name, value in request.headers.items()
        if name.startswith("ce-")
    }
    return {**attributes, "data": request.json()}


def _alert(item: object) -> Alert:
    event = p.as_mapping(item)
    if event.get("specversion") != "1.0":
        raise PayloadError("unknown_version", "this is no CloudEvent 1.0", "specversion")
    data = p.as_mapping(event.get("data"), "data")
    said = p.text(data.get("status"), "data.status")
    labels = {**p.as_mapping(data.get("labels", {}), "data.labels"), "event_type": _needed(event, "type")}
    subject = p.text(event.get("subject"), "subject", p.MAX_VALUE)
    return Alert(
        source=_needed(event, "source"),
        title=_needed(data, "title", "data.title", p.MAX_TITLE),
        status=p.status(said, "data.status") if said else AlertStatus.FIRING,
        severity=p.severity(p.text(data.get("severity"), "data.severity")),
        description=p.text(data.get("description"), "data.description"),
        external_id=_needed(event, "id"),
        # a sender that says `resolved` will say so itself when it is over
        stateful=bool(said),
        resources=(subject,) if subject else (),
        labels=p.strings(labels, "data.labels"),
        llm=p.llm_identity(p.strings(labels, "data.labels")),
        starts_at=p.moment(event.get("time"), "time"),
        generator_url=p.text(data.get("url"), "data.url", p.MAX_VALUE),
        raw=item,
    )


def _needed(values: Mapping[str, object], key: str, path: str = "", limit: int = p.MAX_VALUE) -> str:
    if found := p.text(values.get(key), path or key, limit).strip():
        return found
    raise PayloadError("missing_field", f"an event has a `{key}` that is not empty", path or key)
