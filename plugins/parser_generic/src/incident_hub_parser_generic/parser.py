"""JSON objects become alerts, by the standard names or by a configured shape."""

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import partial

from incident_hub_hookspecs import (
    NO_IDENTITY,
    Alert,
    AlertStatus,
    Delivery,
    LlmIdentity,
    PayloadError,
    Severity,
    WebhookRequest,
)
from incident_hub_hookspecs.payload import (
    MAX_TEXT,
    MAX_TITLE,
    MAX_VALUE,
    as_mapping,
    cut,
    deliver,
    incident_type,
    label_text,
    llm_identity,
    moment,
    names,
    severity,
    status,
    strings,
    text,
)

from incident_hub_parser_generic.shape import NAMES, Shape, reach

__all__ = ["parse_generic"]

# Not x-request-id: proxies set it, and a retry through a proxy gets a new one.
DELIVERY_HEADERS = ("idempotency-key", "webhook-id", "x-delivery-id", "x-github-delivery")
LLM_FIELDS = tuple(part.name for part in fields(LlmIdentity))


def parse_generic(shape: Shape, request: WebhookRequest) -> Delivery:
    """One object is one alert, an array many; so is the array `alerts`, or the one the shape names."""
    found, path = _items(request.json(), shape)
    parse = partial(_alert, shape)
    delivery_id = _delivery_id(request.headers)
    if isinstance(found, list):
        return deliver(found, parse, path, delivery_id)
    return Delivery((parse(found),), delivery_id=delivery_id)


def _items(body: object, shape: Shape) -> tuple[object, str]:
    if shape.items:
        path = ".".join(shape.items)
        found = reach(body, shape.items)
        if found is None:
            raise PayloadError("missing_field", "the payload has no such items", path)
        return found, path
    if isinstance(body, dict) and isinstance(body.get("alerts"), list):
        return body["alerts"], "alerts"
    return body, ""


def _delivery_id(headers: Mapping[str, str]) -> str:
    for name in DELIVERY_HEADERS:
        value = headers.get(name, "")
        if 0 < len(value) <= 255:
            return value
    return ""


def _alert(shape: Shape, value: object) -> Alert:
    raw = as_mapping(value)
    item = _projected(raw, shape) if shape.fields else raw
    get = item.get
    title = text(get("title") or get("name") or get("summary") or get("message"), "title", MAX_TITLE)
    if not title:
        raise PayloadError("missing_field", "an alert has a title", "title")
    labels = strings(get("labels"), "labels")
    state, ends_at = text(get("status"), "status"), moment(get("ends_at"), "ends_at")
    return Alert(
        source=text(get("source"), "source", MAX_VALUE) or shape.source,
        title=title,
        status=status(state) if state else AlertStatus.FIRING,
        severity=_severity(get("severity"), shape),
        type=incident_type(text(get("type") or get("incident_type"), "type")),
        description=text(get("description"), "description", MAX_TEXT),
        external_id=_identifier(item, "external_id", "id"),
        dedup_key=_identifier(item, "dedup_key", "fingerprint"),
        stateful=bool(state or ends_at) if shape.stateful is None else shape.stateful,
        resources=names(get("resources") or get("affected_resources"), "resources"),
        labels=labels,
        annotations=strings(get("annotations"), "annotations", MAX_TEXT),
        llm=_llm(get("llm"), labels),
        starts_at=moment(get("starts_at"), "starts_at"),
        ends_at=ends_at,
        runbook_url=text(get("runbook_url"), "runbook_url", MAX_VALUE),
        generator_url=text(get("url"), "url", MAX_VALUE),
        raw=raw,
    )


def _projected(item: Mapping[str, object], shape: Shape) -> Mapping[str, object]:
    """The item under standard names; a mapped field is read from its path and from nowhere else."""
    view = dict(item)
    for name in shape.fields:
        for alias in NAMES[name]:
            view.pop(alias, None)
    view.update({NAMES[name][0]: reach(item, path) for name, path in shape.fields.items()})
    return view


def _severity(value: object, shape: Shape) -> Severity | None:
    if value is None:
        return None
    if isinstance(value, (dict, list)):
        raise PayloadError("wrong_type", "expected a word", "severity")
    word = label_text(value)
    own = shape.severities.get(word.strip().lower()) if shape.severities else None
    return own or severity(word)


def _identifier(item: Mapping[str, object], name: str, alias: str) -> str:
    value = item.get(name)
    if value is None:
        value = item.get(alias)
        if value is None:
            return ""
    if isinstance(value, (dict, list)):
        raise PayloadError("wrong_type", "expected a string or a number", name)
    return cut(label_text(value), MAX_VALUE)


def _llm(value: object, labels: Mapping[str, str]) -> LlmIdentity:
    """The object `llm` wins over labels, field by field."""
    from_labels = llm_identity(labels)
    told = llm_identity(strings(value, "llm")) if value is not None else NO_IDENTITY
    if told is NO_IDENTITY or from_labels is NO_IDENTITY:
        return from_labels if told is NO_IDENTITY else told
    return replace(from_labels, **{name: getattr(told, name) for name in LLM_FIELDS if getattr(told, name)})
