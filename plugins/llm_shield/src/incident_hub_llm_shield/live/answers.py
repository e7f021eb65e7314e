"""What Shield answers, checked before anything is believed of it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Any

from incident_hub_hookspecs import DeliveryCode, DeliveryError, HttpResponse, Provenance
from incident_hub_hookspecs.llm import RiskFactor, TextEntity, TextScan
from incident_hub_hookspecs.outgoing import answer_error

__all__ = ["batch_of", "refusal", "result_of", "scan_of"]

_CODES = {
    "INVALID_REQUEST": DeliveryCode.INVALID_REQUEST,
    "VALIDATION_ERROR": DeliveryCode.INVALID_REQUEST,
    "NOT_FOUND": DeliveryCode.INVALID_REQUEST,
    "EXECUTION_CONTEXT_REQUIRED": DeliveryCode.INVALID_REQUEST,
    "UNAUTHORIZED": DeliveryCode.AUTHENTICATION_ERROR,
    "FORBIDDEN": DeliveryCode.AUTHENTICATION_ERROR,
    "CALLER_TOKEN_REQUIRED": DeliveryCode.AUTHENTICATION_ERROR,
    "INVALID_CALLER_TOKEN": DeliveryCode.AUTHENTICATION_ERROR,
    "EXPIRED_CALLER_TOKEN": DeliveryCode.AUTHENTICATION_ERROR,
    "RATE_LIMIT_EXCEEDED": DeliveryCode.RATE_LIMIT,
    "SERVICE_UNAVAILABLE": DeliveryCode.SERVICE_UNAVAILABLE,
    "MODEL_ERROR": DeliveryCode.SERVICE_UNAVAILABLE,
}
_SEVERITY_IMPACT = {"none": 0.0, "low": 0.25, "medium": 0.5, "high": 0.75, "critical": 1.0}
_UNKNOWN_IMPACT = 0.75  # a severity that we do not know is never a low one
_LONGEST_MESSAGE = 200


def refusal(response: HttpResponse, host: str, now: datetime) -> DeliveryError:
    """The error of an answer that is no 200, with Shield's own code and message."""
    error = answer_error(response, host, now)
    code, message = _told(response.body)
    text = f"{error}: {code}" if code else str(error)
    return DeliveryError(
        f"{text}: {message}" if message else text,
        retry=error.retry,
        retry_after=error.retry_after,
        code=_CODES.get(code, error.code),
    )


def _told(body: bytes) -> tuple[str, str]:
    """Code and message of either envelope: `{error: {code, message}}` or `{error, message, code}`."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(told, Mapping):
        return "", ""
    inner = told.get("error")
    where = inner if isinstance(inner, Mapping) else told
    code, message = str(where.get("code") or ""), str(where.get("message") or "")
    printable = "".join(c if c.isprintable() else " " for c in message)[:_LONGEST_MESSAGE]
    return code if code.replace("_", "").isalpha() else "", printable


def result_of(response: HttpResponse, host: str) -> Mapping[str, Any]:
    """The `result` of the envelope."""
    try:
        told = json.loads(response.body)
        result = told["result"]
    except (ValueError, RecursionError, LookupError, TypeError):
        raise _wrong(host, "no envelope with a result") from None
    if not isinstance(result, Mapping):
        raise _wrong(host, "a result that is no object")
    return result


def batch_of(result: Mapping[str, Any], wanted: int, host: str) -> Sequence[Mapping[str, Any]] | None:
    """The results of a batch; None when some failed: Shield leaves those out and does not say which."""
    found = result.get("results")
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise _wrong(host, "results that are no list of objects")
    return found if len(found) == wanted and not result.get("failureCount") else None


def scan_of(result: Mapping[str, Any], by: Provenance, threshold: float, host: str) -> TextScan:
    """One scan; raises `DeliveryError` for an answer that cannot be true."""
    try:
        risk = _share(result["riskScore"])
        valid, text = result["isValid"], result.get("sanitizedText", "")
        scanners = result.get("scannerResults") or []
        factors = tuple(factor for one in scanners for factor in _factors(one))
        entities = tuple(_entity(item) for one in scanners for item in one.get("entities") or [])
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise _wrong(host, f"a scan that cannot be read ({type(error).__name__})") from None
    if not isinstance(valid, bool) or not isinstance(text, str):
        raise _wrong(host, "a scan whose isValid or sanitizedText is of a wrong type")
    return TextScan(valid and risk < threshold, risk, by, text, factors, entities)


def _factors(one: Mapping[str, Any]) -> list[RiskFactor]:
    name, found = str(one["scanner"]), one.get("riskFactors") or []
    score = _share(one["riskScore"])
    if not found and score > 0:
        return [RiskFactor(name, "its score", 1.0, score)]
    return [
        RiskFactor(
            name,
            str(item.get("description", ""))[:_LONGEST_MESSAGE],
            _SEVERITY_IMPACT.get(str(item.get("severity", "")).lower(), _UNKNOWN_IMPACT),
            _share(item.get("score", score)),
        )
        for item in found
    ]


def _entity(item: Mapping[str, Any]) -> TextEntity:
    start, end = int(item["start"]), int(item["end"])
    if not 0 <= start <= end:
        raise ValueError("an entity ends before it starts")
    confidence = item.get("confidence")
    return TextEntity(str(item["entityType"]), start, end, 1.0 if confidence is None else _share(confidence))


def _share(value: object) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not isfinite(value)
        or not 0 <= value <= 1
    ):
        raise ValueError("not a number from 0 to 1")
    return float(value)


def _wrong(host: str, what: str) -> DeliveryError:
    return DeliveryError(f"{host} sent {what}", retry=False, code=DeliveryCode.INVALID_RESPONSE)
