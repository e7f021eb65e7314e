"""A client that does not read is closed; the others do not notice."""

import asyncio
import json
import socket as sockets
from typing import Any

import pytest
import websockets
from incident_hub.api.graphql import websocket

Hub = Any  # the small hub of conftest
BIG = "subscription { timelineEvent { cursor event { data } } }"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_connection_that_never_reads_is_closed(
    hub: Hub, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "_SEND_SECONDS", 0.3)
    monkeypatch.setattr(websocket, "_CLOSE_SECONDS", 0.3)
    given_up = asyncio.Event()
    close = websocket.Adapter.close

    async def watched(self: websocket.Adapter, code: int, reason: str) -> None:
        assert code == 1013
        given_up.set()
        await close(self, code, reason)

    monkeypatch.setattr(websocket.Adapter, "close", watched)
    ended = asyncio.Event()
    handle = websocket.Handler.handle

    async def until_the_end(self: websocket.Handler) -> None:
        await handle(self)
        ended.set()  # the server let go of the connection itself: nobody here closed one

    monkeypatch.setattr(websocket.Handler, "handle", until_the_end)
    slow = await _subscribed(address, asleep=True)
    quick = await _subscribed(address, asleep=False)
    (one,) = await hub.storm(1)
    received = asyncio.create_task(_read(quick))
    async with asyncio.timeout(60):
        while not given_up.is_set():
            await hub.lifecycle.comment(one, "x" * 10_000, "ann")
    assert not received.done()
    async with asyncio.timeout(60):
        await ended.wait()
    slow.transport.abort()
    received.cancel()
    await quick.close()


async def _subscribed(address: str, *, asleep: bool) -> Any:  # noqa: ANN401 - a connection
    host, _, port = address.partition(":")
    raw = sockets.socket()
    if asleep:
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.connect((host, int(port)))
    raw.setblocking(False)
    opened = await websockets.connect(
        f"ws://{address}/graphql", sock=raw, subprotocols=[websockets.Subprotocol("graphql-transport-ws")],
        compression=None, max_queue=1 if asleep else None,
    )  # fmt: skip
    await opened.send('{"type":"connection_init"}')
    await opened.recv()
    payload = {"id": "1", "type": "subscribe", "payload": {"query": BIG}}
    await opened.send(json.dumps(payload))
    return opened


async def _read(connection: Any) -> None:  # noqa: ANN401 - a connection
    while True:
        await connection.recv()
