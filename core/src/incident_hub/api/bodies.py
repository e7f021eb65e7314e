"""Request bodies: counted while they stream in, never decompressed."""

from starlette.types import Receive, Scope

from incident_hub.api.errors import HttpError

__all__ = ["header_map", "read_body"]


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body; raises `HttpError` 413 as soon as it is over `limit` bytes, 415 if compressed."""
    for name, value in scope["headers"]:
        if name == b"content-encoding" and value.lower() not in (b"", b"identity"):
            raise HttpError(415, "unsupported_encoding", "send the body uncompressed")
        if name == b"content-length" and value.isdigit() and (len(value) > 18 or int(value) > limit):
            raise _too_large(limit)
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        return _within(message.get("body", b""), limit)
    parts: list[bytes] = []
    size = 0
    while True:
        if message["type"] == "http.disconnect":
            raise HttpError(400, "incomplete_body", "the connection closed before the body was whole")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise _too_large(limit)
        if not message.get("more_body"):
            return b"".join(parts)
        message = await receive()


def header_map(scope: Scope) -> dict[str, str]:
    """Lower-case names to values; of a repeated header the last one."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _within(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise _too_large(limit)
    return body


def _too_large(limit: int) -> HttpError:
    return HttpError(413, "body_too_large", f"the body is larger than {limit} bytes; send less at once")
