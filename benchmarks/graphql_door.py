"""GraphQL against its floor: `uv run python benchmarks/graphql_door.py [--rounds 7] [--subscribers 1000]`.

A page of 50 incidents x 10 fields, as a ratio to bare graphql-core on dict rows in the same run (the
floor parses and validates nothing); then one event to many subscribers with the same subscription.
"""

# ruff: noqa: ANN401, ASYNC110 - a script that composes stand-ins

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import uvicorn
import websockets
from graphql import (
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    execute,
    parse,
)
from incident_hub.api.graphql import build_schema, graphql_app
from incident_hub.api.graphql.context import RequestContext
from incident_hub.api.graphql.engine import Engine, GraphQLRequest
from incident_hub.domain.clock import HubClock
from incident_hub.events.feed import Feed
from incident_hub.host.config import HubConfig
from incident_hub.host.registry import Registry
from incident_hub.intake import Intake
from incident_hub.lifecycle import Lifecycle
from incident_hub.storage.database import Database
from incident_hub.storage.opening import open_database
from incident_hub.storage.tables import metadata
from incident_hub_hookspecs import Alert

FIELDS = (
    "id",
    "title",
    "source",
    "severity",
    "state",
    "type",
    "fingerprint",
    "count",
    "version",
    "description",
)
QUERY = "{ incidents(first: 50) { nodes { " + " ".join(FIELDS) + " } } }"
CREATED = "subscription { incidentCreated { cursor incident { id title severity } } }"
REPEAT = 60


def hub_over(database: Database) -> Any:
    """The services that the door needs."""
    clock = HubClock()
    feed = Feed(database, clock)
    windows: dict[str, Any] = {"deduplication_seconds": 900, "reopen_seconds": 3600, "queue_limit": 10_000}
    return SimpleNamespace(
        config=HubConfig(),
        clock=clock,
        database=database,
        registry=Registry(),
        feed=feed,
        lifecycle=Lifecycle(database, clock, feed.wake),
        intake=Intake(database, clock, on_commit=feed.wake, **windows),
    )


def bare(rows: list[dict[str, object]]) -> Callable[[], object]:
    """graphql-core on dict rows, the document parsed before."""
    kinds = {"count": GraphQLInt, "version": GraphQLInt}
    node = GraphQLObjectType("Incident", {n: GraphQLField(kinds.get(n, GraphQLString)) for n in FIELDS})
    page = GraphQLObjectType("Page", {"nodes": GraphQLField(GraphQLList(node))})
    query = GraphQLObjectType("Query", {"incidents": GraphQLField(page, resolve=lambda *_: {"nodes": rows})})
    schema = GraphQLSchema(query)
    document = parse(QUERY.replace("(first: 50)", ""))
    return lambda: orjson.dumps(execute(schema, document).data)  # type: ignore[union-attr]


async def per_second(work: Callable[[], Awaitable[object]]) -> float:
    """Calls a second over one round."""
    started = time.perf_counter()
    for _ in range(REPEAT):
        await work()
    return REPEAT / (time.perf_counter() - started)


async def page_ratios(hub: Any, rounds: int) -> None:
    """Print what a page costs with and without the database."""
    schema, owners = build_schema()
    engine = Engine(schema._schema, hub.config.graphql, owners)
    request = GraphQLRequest(QUERY)
    answer = json.loads((await engine.run(request, RequestContext(hub))).body)
    floor = bare(answer["data"]["incidents"]["nodes"])
    held: list[Any] = []

    async def read_once(work: Callable[..., Any]) -> Any:
        if not held:
            held.append(await hub.database.read(work))
        return held[0]

    memory = SimpleNamespace(**{**vars(hub), "database": SimpleNamespace(read=read_once)})

    async def on_floor() -> object:
        return floor()

    works = {
        "bare graphql-core": on_floor,
        "door, rows at hand": lambda: engine.run(request, RequestContext(memory)),
        "door with database": lambda: engine.run(request, RequestContext(hub)),
    }
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            found[name].append(await per_second(work))
    base = statistics.median(found["bare graphql-core"])
    for name, values in found.items():
        middle = statistics.median(values)
        print(f"{name:22} {middle:8.0f}/s   ratio {middle / base:.2f}")


async def fan_out(hub: Any, subscribers: int, rounds: int) -> None:
    """Print how long one event takes to the median and to the last of the subscribers."""
    config = uvicorn.Config(
        graphql_app(hub), port=21_777, log_level="error", ws="websockets-sansio", ws_per_message_deflate=False
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    sockets = [await _subscribed() for _ in range(subscribers)]
    await asyncio.sleep(1)
    medians, lasts = [], []
    for number in range(rounds):
        readers = [asyncio.create_task(_arrival(socket)) for socket in sockets]
        await asyncio.sleep(0.2)
        await hub.intake.submit([Alert(source="bench", title=f"fan {number}")])
        started = time.perf_counter()
        times = sorted(await asyncio.gather(*readers))
        medians.append((times[len(times) // 2] - started) * 1000)
        lasts.append((times[-1] - started) * 1000)
    print(
        f"one event to {subscribers}: median {statistics.median(medians):.0f} ms, "
        f"last {statistics.median(lasts):.0f} ms (from commit; the reading client shares the core)"
    )
    await asyncio.gather(*(socket.close() for socket in sockets))
    server.should_exit = True
    await serving


async def _subscribed() -> Any:
    socket = await websockets.connect(
        "ws://127.0.0.1:21777/graphql",
        subprotocols=["graphql-transport-ws"],
        compression=None,  # type: ignore[list-item]
    )
    await socket.send('{"type":"connection_init"}')
    await socket.recv()
    await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": CREATED}}))
    return socket


async def _arrival(socket: Any) -> float:
    await socket.recv()
    return time.perf_counter()


async def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--subscribers", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'hub.db'}")
        await database.write(metadata.create_all)
        hub = hub_over(database)
        await hub.intake.submit(
            [Alert(source="bench", title=f"trouble {i}", description="slow") for i in range(1000)]
        )
        await hub.feed.start()
        await page_ratios(hub, options.rounds)
        await fan_out(hub, options.subscribers, options.rounds)
        await hub.feed.stop()
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
