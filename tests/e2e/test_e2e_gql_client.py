"""The Python `gql` client follows the served hub: cut and resumed by cursor, no gap and nothing twice."""

from collections.abc import Awaitable, Callable, Sequence

from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport
from incident_hub.hub import Hub

CREATED = "subscription($after: String) { incidentCreated(after: $after) { cursor incident { title } } }"


async def follow(url: str, after: int, count: int) -> list[int]:
    """The next cursors behind `after`; the socket is cut with the subscription still open."""
    seen: list[int] = []
    transport = WebsocketsTransport(url)
    async with Client(transport=transport, fetch_schema_from_transport=False) as session:
        query = gql(CREATED)
        query.variable_values = {"after": str(after)}
        async for message in session.subscribe(query):
            seen.append(int(message["incidentCreated"]["cursor"]))
            if len(seen) == count:
                assert transport.adapter.websocket is not None
                transport.adapter.websocket.transport.abort()
                break
    return seen


async def test_the_gql_client_cut_three_times_sees_every_incident_once(
    hub: Hub,
    storm: Callable[[str, int], Awaitable[None]],
    created: Callable[[], Awaitable[Sequence[int]]],
) -> None:
    url = f"ws://127.0.0.1:{hub.config.port}/graphql"
    seen: list[int] = []
    for turn in range(4):
        await storm(f"turn {turn}", 5)
        seen += await follow(url, seen[-1] if seen else 0, 4)
    seen += await follow(url, seen[-1], 4)
    assert seen == await created()
    assert len(seen) == 20
