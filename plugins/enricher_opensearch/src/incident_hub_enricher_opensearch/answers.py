"""What `_search` answers, checked before anything is believed of it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from incident_hub_hookspecs import DeliveryCode, DeliveryError, HttpResponse, PayloadError
from incident_hub_hookspecs.asking import one_line
from incident_hub_hookspecs.outgoing import answer_error, answer_json
from incident_hub_hookspecs.payload import label_text, moment

__all__ = ["Found", "Line", "found_in"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `at` is None when its time cannot be read."""

    at: datetime | None
    message: str
    index: str


@dataclass(frozen=True, slots=True)
class Found:
    """`incomplete` says why there may be more, as "1 of 5 shards failed: ..."; empty when it is all."""

    total: int
    at_least: bool
    lines: tuple[Line, ...]
    incomplete: str


def found_in(response: HttpResponse, host: str, now: datetime, time_field: str, message_field: str) -> Found:
    """The lines; `DeliveryError` with the cluster's own error when there are none to be had."""
    if response.status != 200:
        raise _refusal(response, host, now)
    body = answer_json(response, host)
    hits = body.get("hits") if isinstance(body, Mapping) else None
    if (
        not isinstance(body, Mapping)
        or not isinstance(hits, Mapping)
        or not isinstance(hits.get("hits"), list)
    ):
        raise _strange(f"{host} did not answer as Elasticsearch or OpenSearch does")
    total, at_least = _total(hits.get("total"), len(hits["hits"]))
    lines = tuple(_lines(hits["hits"], time_field, message_field))
    return Found(total, at_least, lines, _incomplete(body, host))


def _refusal(response: HttpResponse, host: str, now: datetime) -> DeliveryError:
    """`host answered 400: parsing_exception: ...`; without such a body the status alone."""
    error = answer_error(response, host, now)
    try:
        body = json.loads(response.body)
    except (ValueError, RecursionError):
        return error
    told = _reason(body.get("error")) if isinstance(body, Mapping) else ""
    text = f"{error}: {told}" if told else str(error)
    return DeliveryError(text, retry=error.retry, retry_after=error.retry_after, code=error.code)


def _reason(error: object) -> str:
    """Type and reason; the root cause says more than the error of the phase around it."""
    if isinstance(error, str):
        return one_line(error, 300)
    if not isinstance(error, Mapping):
        return ""
    causes = error.get("root_cause")
    cause = causes[0] if isinstance(causes, list) and causes and isinstance(causes[0], Mapping) else error
    return one_line(f"{cause.get('type', '')}: {cause.get('reason', '')}", 300)


def _total(total: object, least: int) -> tuple[int, bool]:
    """An object since version 7, a number before; not counted at all when somebody switched that off."""
    if isinstance(total, Mapping):
        value, at_least = total.get("value"), total.get("relation") == "gte"
    else:
        value, at_least = total, False
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return least, True
    return value, at_least


def _incomplete(body: Mapping[str, object], host: str) -> str:
    shards = body.get("_shards")
    told = ["the search timed out"] if body.get("timed_out") is True else []
    if isinstance(shards, Mapping) and isinstance(failed := shards.get("failed"), int) and failed > 0:
        failures = shards.get("failures")
        first = failures[0] if isinstance(failures, list) and failures else {}
        reason = _reason(first.get("reason")) if isinstance(first, Mapping) else ""
        told.append(f"{failed} of {shards.get('total')} shards failed" + (f": {reason}" if reason else ""))
        if shards.get("successful") == 0:
            raise _strange(f"{host}: {told[-1]}")
    return one_line("; ".join(told), 300)


def _lines(hits: list[object], time_field: str, message_field: str) -> Iterator[Line]:
    for hit in hits:
        source = hit.get("_source") if isinstance(hit, Mapping) else None
        if isinstance(hit, Mapping) and isinstance(source, Mapping):
            message = _field(source, message_field)
            if message is not None:
                text = one_line(label_text(message), 500)
                yield Line(
                    _moment(_field(source, time_field)), text, one_line(str(hit.get("_index", "")), 100)
                )


def _field(source: Mapping[str, object], path: str) -> object:
    """Documents hold `a.b` under that very name, or `b` within `a`, or anything between."""
    if path in source:
        return source[path]
    parts = path.split(".")
    for count in range(1, len(parts)):
        inner = source.get(".".join(parts[:count]))
        if isinstance(inner, Mapping):
            found = _field(inner, ".".join(parts[count:]))
            if found is not None:
                return found
    return None


def _moment(value: object) -> datetime | None:
    try:
        return moment(value, "")
    except PayloadError:
        return None


def _strange(what: str) -> DeliveryError:
    return DeliveryError(what, retry=False, code=DeliveryCode.INVALID_RESPONSE)
