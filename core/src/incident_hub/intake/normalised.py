"""A parsed alert as JSON, the way it is stored: each part is written once and used twice."""

from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

import orjson
from incident_hub_hookspecs import NO_IDENTITY, Alert, LlmIdentity

__all__ = ["AlertJson", "alert_json", "identity_json"]

_LLM_NAMES = tuple(part.name for part in fields(LlmIdentity))
_llm_values = attrgetter(*_LLM_NAMES)
_OPTIONAL = ("description", "external_id", "runbook_url", "generator_url", "dedup_key", "resources")
_options = attrgetter(*_OPTIONAL)
_NOTHING = b"{}"


class AlertJson(NamedTuple):
    """The whole alert, and its labels and annotations alone."""

    body: str
    labels: str
    annotations: str


def alert_json(alert: Alert) -> AlertJson:
    """The normalised alert; `raw` leaves out what stands beside it unchanged.

    Raises `TypeError` for text that is half a surrogate pair.
    """
    body = _plain(alert)
    raw = alert.raw
    if type(raw) is dict:
        raw = {k: v for k, v in raw.items() if k not in body or body[k] != v}
    if raw:
        body["raw"] = raw
    labels, annotations = _written(body, "labels"), _written(body, "annotations")
    return AlertJson(orjson.dumps(body, default=str).decode(), labels.decode(), annotations.decode())


@lru_cache(maxsize=1024)  # one sender's alerts name the same few
def identity_json(llm: LlmIdentity) -> str:
    """The known parts of an LLM identity as JSON."""
    return "{}" if llm is NO_IDENTITY else orjson.dumps(_identity(llm)).decode()


def _plain(alert: Alert) -> dict[str, object]:
    body: dict[str, object] = {"source": alert.source, "title": alert.title, "type": alert.type.value}
    if alert.labels:
        body["labels"] = _dict(alert.labels)
    if alert.annotations:
        body["annotations"] = _dict(alert.annotations)
    body.update({name: value for name, value in zip(_OPTIONAL, _options(alert), strict=True) if value})
    if alert.llm is not NO_IDENTITY and (llm := _identity(alert.llm)):
        body["llm"] = llm
    return body


def _written(body: dict[str, object], name: str) -> bytes:
    """The JSON of one part, which then stands for it in the whole."""
    if name not in body:
        return _NOTHING
    text = orjson.dumps(body[name])
    body[name] = orjson.Fragment(text)
    return text


def _dict(values: Mapping[str, str]) -> dict[str, str]:
    return values if type(values) is dict else dict(values)


def _identity(llm: LlmIdentity) -> dict[str, str]:
    """The known parts of an LLM identity."""
    return {name: value for name, value in zip(_LLM_NAMES, _llm_values(llm), strict=True) if value}
