"""Server-sent events in the graphql-sse way: `next` for each payload, `complete` at the end."""

import asyncio
from collections.abc import AsyncIterator

from starlette.types import Receive, Send

from incident_hub.api.graphql.cut import cut

__all__ = ["send_stream"]

_HEARTBEAT_SECONDS = 15.0
_SEND_SECONDS = 10.0
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def send_stream(payloads: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
    """Send until the payloads end or the client leaves; a client that does not read is let go."""
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    gone = asyncio.create_task(_gone(receive))
    try:
        await _pump(payloads, gone, send)
    except TimeoutError:
        cut(send)
    finally:
        gone.cancel()


async def _pump(payloads: AsyncIterator[bytes], gone: asyncio.Task[None], send: Send) -> None:
    await _send(send, b": welcome\n\n")
    step = asyncio.ensure_future(anext(payloads, None))
    try:
        while True:
            await asyncio.wait({step, gone}, timeout=_HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                return
            if not step.done():
                await _send(send, b": still here\n\n")
                continue
            payload = step.result()
            if payload is None:
                await _send(send, b"event: complete\ndata:\n\n", last=True)
                return
            await _send(send, b"event: next\ndata: " + payload + b"\n\n")
            step = asyncio.ensure_future(anext(payloads, None))
    finally:
        step.cancel()
        await asyncio.wait({step})


async def _send(send: Send, text: bytes, *, last: bool = False) -> None:
    async with asyncio.timeout(_SEND_SECONDS):
        await send({"type": "http.response.body", "body": text, "more_body": not last})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
