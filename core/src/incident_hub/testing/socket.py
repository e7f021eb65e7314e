"""A WebSocket to an ASGI application in this process."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Message

__all__ = ["InProcessSocket", "SocketClosedError"]

_SECONDS = 5.0


class SocketClosedError(ConnectionError):
    """The other end closed; the message has its code and reason."""


class InProcessSocket:
    """One connection; `open`, then send and receive, then `close`."""

    def __init__(self, app: ASGIApp, path: str, subprotocol: str, headers: Mapping[str, str]) -> None:
        self._app = app
        self._scope = {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "ws",
            "server": ("hub", 80),
            "client": ("127.0.0.1", 1),
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "subprotocols": [subprotocol],
            "state": {},
        }
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect; raises `SocketClosedError` when it is refused."""
        self._task = asyncio.create_task(self._run())
        self._to_app.put_nowait({"type": "websocket.connect"})
        async with asyncio.timeout(_SECONDS):
            message = await self._from_app.get()
        if message["type"] != "websocket.accept":
            raise _closed(message)

    def send(self, message: Mapping[str, Any]) -> None:
        """Send JSON."""
        self._to_app.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})

    async def receive(self) -> dict[str, Any]:
        """The next message; raises `SocketClosedError` when there will be none."""
        message = await self._from_app.get()
        if message["type"] != "websocket.send":
            self._from_app.put_nowait(message)  # whoever asks again hears the same
            raise _closed(message)
        found: dict[str, Any] = json.loads(message["text"])
        return found

    async def close(self) -> None:
        """Hang up, and wait until the application let go."""
        self._to_app.put_nowait({"type": "websocket.disconnect", "code": 1001})
        if self._task is not None:
            done, _ = await asyncio.wait([self._task], timeout=_SECONDS)
            if not done:
                self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        try:
            await self._app(self._scope, self._to_app.get, self._from_app.put)
        finally:
            self._from_app.put_nowait({"type": "websocket.close", "code": 1006})


def _closed(message: Message) -> SocketClosedError:
    reason = message.get("reason") or "no reason given"
    return SocketClosedError(f"closed with {message.get('code', 1006)}: {reason}")
