"""Following over real connections: cut, resumed, shared, too slow."""

import asyncio
import json
from typing import Any

import httpx
import pytest
import websockets
from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport
from incident_hub.api.graphql.engine import Engine
from incident_hub.api.graphql.sharing import QUEUE, Shared, SubscriberLagsError

Hub = Any  # the small hub of conftest
Value = Any

TIMELINE = (
    "subscription($after: String) { timelineEvent(after: $after) { cursor event { type incidentId } } }"
)
PROTOCOL = ["graphql-transport-ws"]


async def _opened(address: str) -> Value:
    socket = await websockets.connect(f"ws://{address}/graphql", subprotocols=PROTOCOL, compression=None)
    await socket.send(json.dumps({"type": "connection_init"}))
    assert json.loads(await socket.recv())["type"] == "connection_ack"
    return socket


async def _subscribe(socket: Value, query: str, name: str = "1", **variables: object) -> None:
    payload = {"query": query, "variables": variables}
    await socket.send(json.dumps({"id": name, "type": "subscribe", "payload": payload}))


async def _next(socket: Value) -> Value:
    async with asyncio.timeout(20):
        return json.loads(await socket.recv())


async def _join(sharing_count: Value, count: Value) -> None:
    async with asyncio.timeout(20):
        while sharing_count() < count:  # noqa: ASYNC110 - the count is all there is
            await asyncio.sleep(0.01)


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> Value:
    """Counts the subscribers that joined, and the executions that were started."""
    found = {"joined": 0, "executed": 0}
    join, stream = Shared.join, Engine.stream

    def counted_join(self: Shared) -> Value:
        found["joined"] += 1
        return join(self)

    def counted_stream(self: Value, request: Value, context: Value) -> Value:
        found["executed"] += 1
        return stream(self, request, context)

    monkeypatch.setattr(Shared, "join", counted_join)
    monkeypatch.setattr(Engine, "stream", counted_stream)
    return found


async def test_gql_client_cut_and_resumed_misses_nothing_and_sees_nothing_twice(
    hub: Hub, address: str
) -> None:
    seen = []
    await hub.storm(3)

    async def follow(count: Value, after: Value) -> None:
        transport = WebsocketsTransport(f"ws://{address}/graphql")
        async with Client(transport=transport, fetch_schema_from_transport=False) as session:
            query = gql(TIMELINE)
            query.variable_values = {"after": after}
            async for message in session.subscribe(query):
                seen.append(int(message["timelineEvent"]["cursor"]))
                if len(seen) >= count:
                    break

    await follow(2, "0")
    await hub.storm(4)
    await follow(5, str(seen[-1]))
    task = asyncio.create_task(follow(15, str(seen[-1])))
    for number in range(10):
        await hub.lifecycle.create(_draft(number), "ann")
    async with asyncio.timeout(20):
        await task
    rows = await hub.database.read(
        lambda c: c.exec_driver_sql("SELECT cursor FROM event ORDER BY cursor").all()
    )
    assert seen == [row[0] for row in rows][: len(seen)]


def _draft(number: Value) -> Value:
    from incident_hub.lifecycle.requests import IncidentDraft

    return IncidentDraft(title=f"made {number}")


async def test_each_subscription_shows_its_event_with_a_cursor(hub: Hub, address: str) -> None:
    socket = await _opened(address)
    fields = {
        "created": 'incidentCreated(after: "0", filter: {severities: [P1]}) { cursor incident { severity } }',
        "updated": 'incidentUpdated(id: $id, after: "0") { cursor type incident { version } }',
        "state": 'incidentStateChanged(after: "0", states: [RESOLVED]) { cursor newState changedBy at }',
        "alert": 'alertReceived(after: "0") { cursor count alert { title } incident { title } }',
    }
    queries = {
        name: f"subscription{'($id: ID)' if '$id' in f else ''} {{ {f} }}" for name, f in fields.items()
    }
    ids = await hub.storm(2)
    await hub.lifecycle.acknowledge(ids[0], "ann")
    await hub.lifecycle.resolve(ids[0], "ann")
    for name, query in queries.items():
        await _subscribe(socket, query, name, id=ids[1])
    first = {}
    while len(first) < len(queries):
        message = await _next(socket)
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        (payload,) = message["payload"]["data"].values()
        assert payload["cursor"].isdigit()
        first.setdefault(message["id"], payload)
    assert first["created"]["incident"] == {"severity": "P1"}
    assert first["state"]["newState"] == "RESOLVED"
    assert first["state"]["changedBy"] == "ann"
    assert first["alert"]["alert"]["title"] in ("trouble 0000", "trouble 0001")  # one batch has no order
    assert first["updated"]["type"] == "CREATED"
    await socket.close()


async def test_identical_subscriptions_execute_once(hub: Hub, address: str, joined: dict[str, int]) -> None:
    sockets = [await _opened(address) for _ in range(20)]
    for socket in sockets:
        await _subscribe(socket, "subscription { incidentCreated { cursor incident { title } } }")
    await _join(lambda: joined["joined"], 20)
    await hub.lifecycle.create(_draft(1), "ann")
    messages = [await _next(socket) for socket in sockets]
    assert {m["payload"]["data"]["incidentCreated"]["incident"]["title"] for m in messages} == {"made 1"}
    assert joined["executed"] == 1
    for socket in sockets:
        await socket.close()


BY_DEFAULT = 'subscription($after: String = "0") { timelineEvent(after: $after) { cursor } }'


@pytest.mark.parametrize(("query", "variables"), [(TIMELINE, {"after": "0"}), (BY_DEFAULT, {})])
async def test_a_late_joiner_at_the_same_cursor_gets_what_was_sent_before(
    hub: Hub, address: str, joined: dict[str, int], query: str, variables: dict[str, str]
) -> None:
    await hub.storm(3)
    one, two = await _opened(address), await _opened(address)
    await _subscribe(one, query, **variables)
    early = [await _next(one) for _ in range(3)]
    await _subscribe(two, query, **variables)
    late = [await _next(two) for _ in range(3)]
    assert early == late
    assert joined["executed"] == 1
    await one.close()
    await two.close()


async def test_the_last_subscriber_ends_the_execution(
    hub: Hub, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = asyncio.Event()
    stream = Engine.stream

    async def watched(self: Value, request: Value, context: Value) -> Value:
        try:
            async for payload in stream(self, request, context):
                yield payload
        finally:
            ended.set()

    monkeypatch.setattr(Engine, "stream", watched)
    socket = await _opened(address)
    await _subscribe(socket, TIMELINE, after="0")
    await hub.storm(1)
    await _next(socket)
    await socket.send(json.dumps({"id": "1", "type": "complete"}))
    async with asyncio.timeout(20):
        await ended.wait()
    await socket.close()


async def test_a_subscriber_that_lags_is_told_to_resume() -> None:
    async def endless() -> Value:
        for number in range(QUEUE * 3):
            yield str(number).encode()
        await asyncio.Event().wait()

    shared = Shared(endless(), replays=False, ended=lambda _: None)
    slow = shared.join()
    got: list[int] = []

    async def read() -> None:
        async for payload in slow.payloads():
            got.append(int(payload))  # noqa: PERF401 - what came before the error counts

    with pytest.raises(SubscriberLagsError):
        await read()
    assert got == list(range(QUEUE))
    shared.leave(slow)


async def test_event_stream_over_http(hub: Hub, address: str) -> None:
    await hub.storm(2)
    body = {"query": TIMELINE, "variables": {"after": "0"}}
    headers = {"accept": "text/event-stream"}
    async with (
        httpx.AsyncClient() as client,
        client.stream("POST", f"http://{address}/graphql", json=body, headers=headers) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line async for line in _data(answer, 2)]
    assert [line["data"]["timelineEvent"]["event"]["type"] for line in lines] == ["CREATED", "CREATED"]


async def _data(answer: Value, count: Value) -> Value:
    async for line in answer.aiter_lines():
        if line.startswith("data: {"):
            yield json.loads(line[6:])
            count -= 1
            if not count:
                return


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (['{"id":"1","type":"subscribe","payload":{"query":"{ version }"}}'], 4401),
        (["nonsense"], 4400),
        (["[]"], 4400),
        (["5"], 4400),
        (['{"type": 7}'], 4400),
        (["{}"], 4400),
        (['{"type":"connection_init","payload":[]}'], 4400),
        (['{"type":"connection_init"}', '{"type":"connection_init"}'], 4429),
        (['{"type":"connection_init"}', '{"type":"subscribe"}'], 4400),
        (['{"type":"connection_init"}', '{"type":"subscribe","id":7,"payload":{}}'], 4400),
        (['{"type":"connection_init"}', '{"type":"subscribe","id":"1","payload":[]}'], 4400),
        (['{"type":"connection_init"}', '{"type":"complete"}'], 4400),
        ([b"\x00\x01"], 4400),
        (["[" * 5000], 4400),
        ([" " * 66_000], 1009),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_bad_messages_close_the_connection_with_a_code(
    address: str, messages: Value, code: Value
) -> None:
    socket = await websockets.connect(f"ws://{address}/graphql", subprotocols=PROTOCOL)
    for message in messages:
        await socket.send(message)
    async with asyncio.timeout(20):
        await socket.wait_closed()
    assert socket.close_code == code


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({}, "BAD_USER_INPUT"),
        ({"query": 5}, "BAD_USER_INPUT"),
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "subscription { nope }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ version }", "variables": []}, "BAD_USER_INPUT"),
        ({"query": TIMELINE, "variables": {"after": "x"}}, "BAD_USER_INPUT"),
        ({"query": TIMELINE, "variables": {"after": 5}}, "BAD_USER_INPUT"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_bad_operation_is_an_error_of_that_operation(
    address: str, payload: Value, code: Value
) -> None:
    socket = await _opened(address)
    await socket.send(json.dumps({"id": "a", "type": "subscribe", "payload": payload}))
    message = await _next(socket)
    assert (message["id"], message["type"]) == ("a", "error")
    assert message["payload"][0]["extensions"]["code"] == code
    await _subscribe(socket, "{ version }", "b")
    assert (await _next(socket))["payload"]["data"]["version"]
    await socket.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_legacy_protocol_is_off_and_operations_are_capped(address: str) -> None:
    old = await websockets.connect(f"ws://{address}/graphql", subprotocols=["graphql-ws"])
    with pytest.raises(websockets.ConnectionClosed):
        await old.recv()
    assert old.close_code == 4406
    socket = await _opened(address)
    for number in range(101):
        await _subscribe(socket, TIMELINE, str(number))
    message = await _next(socket)
    assert (message["id"], message["type"]) == ("100", "error")
    await socket.close()
