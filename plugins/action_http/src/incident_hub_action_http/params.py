"""The params of a step, checked: a wrong one fails the step at once, trying again cannot help."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from incident_hub_hookspecs import DeliveryError
from incident_hub_hookspecs.outgoing import host_of

__all__ = ["Request", "request_of", "shown"]

KEYS = frozenset({"url", "method", "headers", "json", "body", "expect", "allow_private"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*")
SECRET_HEADER = re.compile(r"auth|cookie|token|secret|signature|api-?key|password", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """What will be sent."""

    method: str
    url: str
    host: str
    headers: Mapping[str, str]
    body: bytes
    expect: frozenset[int]
    allow_private: bool


def request_of(params: Mapping[str, object], key: str) -> Request:
    """Read the params; `key` goes along as Idempotency-Key."""
    unknown = sorted(set(params) - KEYS)
    if unknown:
        raise _wrong(f"unknown param {unknown[0]}")
    url, method = params.get("url"), params.get("method", "POST")
    if not isinstance(url, str) or not url:
        raise _wrong("url is missing")
    if not isinstance(method, str) or method.upper() not in METHODS:
        raise _wrong("method is not one of " + ", ".join(sorted(METHODS)))
    headers = _headers(params.get("headers"))
    body = _body(params, headers)
    headers["idempotency-key"] = key
    private = params.get("allow_private") is True
    return Request(method.upper(), url, host_of(url), headers, body, _expect(params.get("expect")), private)


def shown(request: Request) -> dict[str, object]:
    """The request as people may see it: no credentials, no query."""
    parts = urlsplit(request.url)
    where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return {
        "method": request.method,
        "url": where + ("?***" if parts.query else ""),
        "headers": {n: "***" if SECRET_HEADER.search(n) else v for n, v in request.headers.items()},
        "body": request.body[: 8 * 1024].decode("utf-8", "replace"),
    }


def _headers(value: object) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _wrong("headers is not an object")
    for name, text in value.items():
        if not (isinstance(name, str) and HEADER_NAME.fullmatch(name)):
            raise _wrong("a header's name is malformed")
        if not (isinstance(text, str) and HEADER_VALUE.fullmatch(text)):
            raise _wrong(f"header {name} is not plain text on one line")
    return {name.lower(): text for name, text in value.items()}


def _body(params: Mapping[str, object], headers: dict[str, str]) -> bytes:
    if "json" in params and "body" in params:
        raise _wrong("json and body exclude each other")
    if "json" in params:
        headers.setdefault("content-type", "application/json")
        try:
            return json.dumps(params["json"], separators=(",", ":"), allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError):
            raise _wrong("json cannot be written as JSON") from None
    body = params.get("body", "")
    if not isinstance(body, str):
        raise _wrong("body is not a string")
    return body.encode("utf-8", "replace")


def _expect(value: object) -> frozenset[int]:
    if value is None:
        return frozenset()
    if not isinstance(value, (list, tuple)) or not value:
        raise _wrong("expect is not a list of status codes")
    if not all(isinstance(code, int) and not isinstance(code, bool) and 100 <= code < 600 for code in value):
        raise _wrong("expect is not a list of status codes")
    return frozenset(value)


def _wrong(message: str) -> DeliveryError:
    return DeliveryError(f"params: {message}", retry=False)
