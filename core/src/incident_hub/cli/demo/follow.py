"""Following a hub over GraphQL: graphql-transport-ws, resumed by cursor when the connection breaks."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

__all__ = ["FollowError", "follow"]

_PROTOCOL = Subprotocol("graphql-transport-ws")
_DOCUMENT = """subscription Follow($after: String) {
  incidentUpdated(after: $after) {
    cursor
    incident { id title severity state count groupId groupReason severityReason }
  }
}"""
_PAUSE = 0.2


class FollowError(Exception):
    """The hub refused the subscription."""


async def follow(url: str, after: str = "0") -> AsyncIterator[dict[str, Any]]:
    """Every update behind the cursor, for as long as the hub lives; a cut connection is resumed."""
    address = url.replace("http", "ws", 1) + "/graphql"
    while True:
        try:
            async with connect(address, subprotocols=[_PROTOCOL], compression=None, proxy=None) as socket:
                await _subscribe(socket, after)
                async for update in _updates(socket):
                    after = update["cursor"]
                    yield update
        except (ConnectionClosed, OSError):
            await asyncio.sleep(_PAUSE)


async def _subscribe(socket: ClientConnection, after: str) -> None:
    await socket.send(_text({"type": "connection_init"}))
    answer = orjson.loads(await socket.recv())
    if answer["type"] != "connection_ack":
        raise FollowError(f"expected connection_ack, got {answer['type']}")
    payload = {"query": _DOCUMENT, "variables": {"after": after}}
    await socket.send(_text({"id": "1", "type": "subscribe", "payload": payload}))


async def _updates(socket: ClientConnection) -> AsyncIterator[dict[str, Any]]:
    async for raw in socket:
        message = orjson.loads(raw)
        if message["type"] == "ping":
            await socket.send(_text({"type": "pong"}))
        elif message["type"] == "next" and message["payload"].get("data"):
            yield message["payload"]["data"]["incidentUpdated"]
        elif message["type"] in ("next", "error"):
            raise FollowError(str(message["payload"])[:500])
        elif message["type"] == "complete":
            return


def _text(message: dict[str, Any]) -> str:
    return orjson.dumps(message).decode()
