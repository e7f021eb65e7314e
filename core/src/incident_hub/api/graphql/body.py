"""Reads a request's body up to a limit, never more of it."""

from starlette.datastructures import Headers
from starlette.types import Receive

__all__ = ["BodyTooLargeError", "ClientGoneError", "read_body"]


class BodyTooLargeError(Exception):
    """The body is over the limit."""


class ClientGoneError(Exception):
    """The client left before it had sent everything."""


async def read_body(receive: Receive, headers: Headers, most: int) -> bytes:
    """The whole body; a length that is said to be too much is refused before anything is read."""
    said = headers.get("content-length", "")
    if said.isdigit() and (len(said) > 12 or int(said) > most):
        raise BodyTooLargeError(f"the body is larger than {most} bytes")
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            raise BodyTooLargeError(f"the body is larger than {most} bytes")
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
