"""The demo's GraphQL client resumes where it was cut off, and says so when it is refused."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from incident_hub.cli.demo.follow import FollowError, follow
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.typing import Subprotocol

PROTOCOL = Subprotocol("graphql-transport-ws")


class Feed:
    """A hub of ten updates that cuts the connection after every three."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, socket: ServerConnection) -> None:
        assert json.loads(await socket.recv())["type"] == "connection_init"
        await socket.send(json.dumps({"type": "connection_ack"}))
        subscribe = json.loads(await socket.recv())
        after = int(subscribe["payload"]["variables"]["after"])
        self.asked.append(str(after))
        await socket.send(json.dumps({"type": "ping"}))
        for cursor in range(after + 1, min(after + 4, 11)):
            update = {"incidentUpdated": {"cursor": str(cursor), "incident": {}}}
            await socket.send(json.dumps({"id": "1", "type": "next", "payload": {"data": update}}))
        assert json.loads(await socket.recv())["type"] == "pong"


def address(server: Server) -> str:
    return f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


async def take(updates: AsyncIterator[dict[str, str]], count: int) -> list[str]:
    found: list[str] = []
    async for update in updates:
        found.append(update["cursor"])
        if len(found) == count:
            break
    return found


async def test_a_cut_connection_is_resumed_with_nothing_missed_and_nothing_twice() -> None:
    feed = Feed()
    async with serve(feed, "127.0.0.1", 0, subprotocols=[PROTOCOL]) as server, asyncio.timeout(30):
        assert await take(follow(address(server)), 10) == [str(n) for n in range(1, 11)]
    assert feed.asked == ["0", "3", "6", "9"]


async def test_a_refused_subscription_ends_with_the_hubs_words() -> None:
    async def refuse(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(json.dumps({"type": "connection_ack"}))
        await socket.recv()
        error = {"id": "1", "type": "error", "payload": [{"message": "no such field"}]}
        await socket.send(json.dumps(error))
        await socket.wait_closed()

    async with serve(refuse, "127.0.0.1", 0, subprotocols=[PROTOCOL]) as server:
        with pytest.raises(FollowError, match="no such field"):
            await take(follow(address(server)), 1)
