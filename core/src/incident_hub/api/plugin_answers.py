"""What a plugin's route returned, checked and made into an answer that cannot harm the connection."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from incident_hub_hookspecs import RouteResponse
from starlette.types import Send

from incident_hub.api.errors import HttpError

__all__ = ["Answer", "answer_of"]

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_OURS = frozenset(
    ["connection", "content-length", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer",
     "transfer-encoding", "upgrade"]
)  # fmt: skip
_BODILESS = (204, 205, 304)


@dataclass(frozen=True, slots=True)
class Answer:
    """Ready to be sent."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    async def send(self, send: Send, *, bodiless: bool) -> None:
        """Send it; a HEAD gets the headers alone."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": b"" if bodiless else self.body})


def answer_of(plugin: str, given: object, limit: int) -> Answer:
    """The plugin's response; raises `HttpError` 502 that says what is wrong with it."""
    try:
        return _checked(given, limit)
    except _BadResponseError as error:
        raise HttpError(502, "bad_plugin_response", f"the plugin {plugin} answered badly: {error}") from error


class _BadResponseError(Exception):
    """Not a response that can be sent."""


def _checked(given: object, limit: int) -> Answer:
    if not isinstance(given, RouteResponse):
        raise _BadResponseError(f"expected a RouteResponse, got {type(given).__name__}")
    status = given.status
    if not isinstance(status, int) or isinstance(status, bool) or not 200 <= status <= 599:
        raise _BadResponseError(f"the status {status!r} is not from 200 to 599")
    body, kind = _written(given.body)
    if len(body) > limit:
        raise _BadResponseError(f"the body is larger than {limit} bytes (`plugin_calls.max_response_bytes`)")
    headers = _headers(given.headers)
    headers["content-type"] = _line("content-type", given.content_type) if given.content_type else kind
    headers.setdefault("x-content-type-options", "nosniff")
    if status in _BODILESS:
        body = b""
        del headers["content-type"]
    else:
        headers["content-length"] = str(len(body))
    return Answer(status, [(n.encode("latin-1"), v.encode("latin-1")) for n, v in headers.items()], body)


def _written(body: object) -> tuple[bytes, str]:
    """The body's bytes, and what they are when the plugin does not say."""
    try:
        if isinstance(body, bytes | bytearray | memoryview):
            return bytes(body), "application/octet-stream"
        if isinstance(body, str):
            return body.encode(), "text/plain; charset=utf-8"
        return orjson.dumps(body), "application/json"
    except (TypeError, ValueError, RecursionError) as error:
        raise _BadResponseError(f"the body cannot be written: {error}") from error


def _headers(given: object) -> dict[str, str]:
    """Those that are the plugin's to set, with lower-case names."""
    if not isinstance(given, Mapping):
        raise _BadResponseError(f"the headers are {type(given).__name__}, not a mapping")
    for name in given:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise _BadResponseError(f"the header name {name!r} is malformed")
    headers = {name.lower(): value for name, value in given.items() if name.lower() not in _OURS}
    return {name: _line(name, value) for name, value in headers.items()}


def _line(name: str, value: object) -> str:
    if not isinstance(value, str) or not _VALUE.fullmatch(value):
        raise _BadResponseError(f"the header {name} is not text on one line")
    return value
