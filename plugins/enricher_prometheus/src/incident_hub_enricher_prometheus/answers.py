"""What Prometheus answers, checked before anything is believed of it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from incident_hub_hookspecs import DeliveryCode, DeliveryError, HttpResponse
from incident_hub_hookspecs.asking import one_line
from incident_hub_hookspecs.outgoing import answer_error, answer_json

__all__ = ["Answer", "Series", "answer_of"]

_MOST_LABELS = 10
_CODES = {
    "timeout": DeliveryCode.TIMEOUT,
    "canceled": DeliveryCode.TIMEOUT,
    "unavailable": DeliveryCode.SERVICE_UNAVAILABLE,
    "internal": DeliveryCode.SERVICE_UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its labels, and its finite values as (seconds since 1970, value), the oldest first."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The series that have values, and what Prometheus warns of."""

    series: tuple[Series, ...]
    warnings: tuple[str, ...]


def answer_of(response: HttpResponse, host: str, now: datetime) -> Answer:
    """The answer; `DeliveryError` with Prometheus's own error when it is none."""
    if response.status != 200:
        raise _refusal(response, host, now)
    body = answer_json(response, host)
    data = body.get("data") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or body.get("status") != "success" or not isinstance(data, Mapping):
        raise _strange(host, "did not answer as Prometheus does")
    warnings = body.get("warnings")
    told = tuple(one_line(str(one)) for one in warnings[:3]) if isinstance(warnings, list) else ()
    return Answer(tuple(one for one in _series(data, host) if one.points), told)


def _refusal(response: HttpResponse, host: str, now: datetime) -> DeliveryError:
    """`host answered 422: execution: ...`; a query that cannot be run is not tried again."""
    error = answer_error(response, host, now)
    try:
        body = json.loads(response.body)
    except (ValueError, RecursionError):
        return error
    if not isinstance(body, Mapping) or body.get("status") != "error":
        return error
    kind = one_line(str(body.get("errorType", "")), 40)
    text = f"{error}: {kind}: {one_line(str(body.get('error', '')), 300)}"
    return DeliveryError(
        text, retry=error.retry, retry_after=error.retry_after, code=_CODES.get(kind, error.code)
    )


def _series(data: Mapping[str, object], host: str) -> Iterator[Series]:
    kind, result = data.get("resultType"), data.get("result")
    if not isinstance(result, list):
        raise _strange(host, "answered without a result")
    if kind == "scalar":
        yield Series({}, tuple(_points([result])))
        return
    if kind not in ("matrix", "vector"):
        raise _strange(host, f"answered with a {one_line(str(kind), 40)}, which has no course")
    for one in result:
        if isinstance(one, Mapping):
            # native histograms have `histogram(s)` instead, which no one number tells
            values = one.get("values") if kind == "matrix" else [one.get("value")]
            yield Series(_labels(one.get("metric")), tuple(_points(values)))


def _labels(metric: object) -> Mapping[str, str]:
    if not isinstance(metric, Mapping):
        return {}
    named = sorted((str(name), str(value)) for name, value in metric.items())
    return {one_line(name, 80): one_line(value, 100) for name, value in named[:_MOST_LABELS]}


def _points(values: object) -> Iterator[tuple[float, float]]:
    """Values come as [seconds, "text"]; NaN and infinities are no values here."""
    for pair in values if isinstance(values, list) else ():
        try:
            at, value = float(pair[0]), float(pair[1])
        except (TypeError, ValueError, IndexError, KeyError, OverflowError):
            continue
        if isfinite(at) and isfinite(value):
            yield at, value


def _strange(host: str, what: str) -> DeliveryError:
    return DeliveryError(f"{host} {what}", retry=False, code=DeliveryCode.INVALID_RESPONSE)
