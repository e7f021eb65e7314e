"""Helpers for plugins that send: what an HTTP answer means for trying again, and what it holds."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from incident_hub_hookspecs.context import HttpResponse
from incident_hub_hookspecs.errors import DeliveryCode, DeliveryError

__all__ = [
    "answer_code",
    "answer_error",
    "answer_json",
    "header",
    "host_of",
    "retry_after",
    "target_text",
]

RETRIED = frozenset({408, 409, 425, 429})
HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"
LONGEST_WAIT = 86400.0
_CODES = {
    401: DeliveryCode.AUTHENTICATION_ERROR,
    402: DeliveryCode.QUOTA_EXCEEDED,
    403: DeliveryCode.AUTHENTICATION_ERROR,
    408: DeliveryCode.TIMEOUT,
    410: DeliveryCode.GONE,
    429: DeliveryCode.RATE_LIMIT,
    504: DeliveryCode.TIMEOUT,
}


def answer_error(response: HttpResponse, host: str, now: datetime) -> DeliveryError:
    """The error for an answer that is no success: 5xx and 408, 409, 425, 429 may be tried again."""
    retry = response.status >= 500 or response.status in RETRIED
    wait = retry_after(response.headers, now) if retry else None
    code = answer_code(response.status)
    return DeliveryError(f"{host} answered {response.status}", retry=retry, retry_after=wait, code=code)


def answer_code(status: int) -> DeliveryCode:
    """What a status means; one that is no error at all was no answer to this request."""
    if status in _CODES:
        return _CODES[status]
    if status >= 500:
        return DeliveryCode.SERVICE_UNAVAILABLE
    return DeliveryCode.INVALID_REQUEST if status >= 400 else DeliveryCode.INVALID_RESPONSE


def answer_json(response: HttpResponse, host: str) -> object:
    """The body as JSON; `DeliveryError` when it is none."""
    try:
        return json.loads(response.body)
    except (ValueError, RecursionError):
        raise DeliveryError(
            f"{host} did not answer with JSON", retry=False, code=DeliveryCode.INVALID_RESPONSE
        ) from None


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds a `Retry-After` asks for, given as seconds or as an HTTP date; at most a day."""
    value = header(headers, "retry-after").strip()
    if value.isascii() and value.isdecimal():
        return min(float(value[:9]), LONGEST_WAIT)
    try:
        # strptime knows no zone names; an HTTP date is always GMT
        when = datetime.strptime(value, HTTP_DATE).replace(tzinfo=UTC)
    except ValueError:
        return None
    return min(max(0.0, (when - now).total_seconds()), LONGEST_WAIT)


def header(headers: Mapping[str, str], name: str) -> str:
    """A header by its lower-case name, however the mapping spells it; "" when it is missing."""
    found = headers.get(name)
    if found is not None:
        return found
    return next((value for key, value in headers.items() if key.lower() == name), "")


def host_of(url: str) -> str:
    """The host of an http(s) URL: the only part fit for an error, as paths and queries hold secrets."""
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        host = None
    if not host:
        raise DeliveryError("the url is not an http(s) address", retry=False)
    return host


def target_text(target: Mapping[str, object], key: str, default: str = "") -> str:
    """A text of a notification's target; the default when the key is missing.

    Anything else that stands there is a `DeliveryError` that no other try can mend.
    """
    value = target.get(key, default)
    if not isinstance(value, str) or (value and not value.isprintable()):
        raise DeliveryError(f"the target's {key} is not a line of text", retry=False)
    return value
