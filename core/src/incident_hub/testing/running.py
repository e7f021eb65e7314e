"""A hub that runs for one test: its doors in process, and a way to wait until it has done everything."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from graphql import FieldNode, OperationDefinitionNode, parse
from sqlalchemy import Connection, and_, func, or_, select

from incident_hub.api.app import create_app
from incident_hub.events.reading import newest
from incident_hub.host.status import PluginRecord
from incident_hub.hub import Hub
from incident_hub.storage.tables import job
from incident_hub.testing.clock import StandingClock
from incident_hub.testing.socket import InProcessSocket
from incident_hub.testing.subscription import GraphQLFailedError, Subscription

__all__ = ["RunningHub", "running"]

_TURN = 0.005
_PROTOCOL = "graphql-transport-ws"
_FIELDS = '{ __type(name: "Subscription") { fields { name args { name } } } }'


class RunningHub:
    """What the fixtures `gql`, `gql_subscribe`, `post_webhook` and `settled` do, on this hub.

    `hub` is the hub itself, for the hub's own tests: nothing of it is promised to stay.
    """

    def __init__(self, hub: Hub, client: httpx.AsyncClient, app: Any) -> None:  # noqa: ANN401 - an ASGI app
        self.hub = hub
        self.client = client
        self._app = app
        self._resumable: frozenset[str] | None = None
        self._subscriptions: list[Subscription] = []

    async def gql(self, query: str, **variables: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """The data of a query or a mutation; raises `GraphQLFailedError` for errors."""
        answer = await self.client.post("/graphql", json={"query": query, "variables": variables})
        body: dict[str, Any] = answer.json()
        if body.get("errors"):
            raise GraphQLFailedError(body["errors"])
        await self._caught_up()
        data: dict[str, Any] = body["data"]
        return data

    def gql_subscribe(self, query: str, *, after: str | None = None, **variables: Any) -> Subscription:  # noqa: ANN401
        """Follow what happens from now on, or behind the cursor `after`."""
        begin = after if after is not None else str(self.hub.feed.head)
        made = Subscription(self._connected, query, variables, begin if self._resumes(query) else None)
        self._subscriptions.append(made)
        return made

    async def post_webhook(
        self, slug: str, payload: object, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Post to `/webhooks/{slug}`: bytes and text as they are, a path's content, anything else as JSON."""
        sent = {"content-type": "application/json", **(headers or {})}
        answer = await self.client.post(f"/webhooks/{slug}", content=_body(payload), headers=sent)
        await self._caught_up()
        return answer

    async def settled(self, seconds: float = 10.0) -> None:
        """Wait until no job is left that is due: all that the hub was told has been thought and done about."""
        try:
            async with asyncio.timeout(seconds):
                while left := await self.hub.database.read(self._left):
                    self.hub.wake()
                    await asyncio.sleep(_TURN)
        except TimeoutError:
            raise AssertionError(f"after {seconds:g} s these jobs are left: {left}") from None
        await self._caught_up()

    def plugin(self, name: str) -> PluginRecord:
        """What became of a plugin: `status`, `reason`, `mend`, `calls`, `errors`."""
        return self.hub.registry.records[name]

    async def hang_up(self) -> None:
        """End all subscriptions."""
        for one in self._subscriptions:
            await one.drop()

    def _left(self, connection: Connection) -> dict[str, int]:
        """Jobs that run or could run now. One that is tried again counts too, unless its time never comes."""
        due = job.c.run_at <= self.hub.clock.micros()
        again = or_(job.c.attempts > 0, job.c.error.is_not(None))
        if isinstance(self.hub.clock, StandingClock):
            again = due
        wanted = or_(job.c.state == "leased", and_(job.c.state == "ready", or_(due, again)))
        rows = connection.execute(
            select(job.c.kind, func.count().label("jobs")).where(wanted).group_by(job.c.kind)
        )
        return {row.kind: row.jobs for row in rows}

    async def _caught_up(self) -> None:
        """Until subscribers can have seen all that is committed, so that "from now on" is exact."""
        last = await self.hub.database.read(newest)
        while self.hub.feed.head < last:  # noqa: ASYNC110 - a feed has no event for it
            await asyncio.sleep(_TURN)

    async def _connected(self) -> InProcessSocket:
        headers = {"host": "hub", "sec-websocket-protocol": _PROTOCOL}
        socket = InProcessSocket(self._app, "/graphql", _PROTOCOL, headers)
        await socket.open()
        return socket

    def _resumes(self, query: str) -> bool:
        """Whether every field that is followed takes `after`."""
        followed = {
            field.name.value
            for part in parse(query).definitions
            if isinstance(part, OperationDefinitionNode)
            for field in part.selection_set.selections
            if isinstance(field, FieldNode)
        }
        return followed <= (self._resumable or frozenset())

    async def _learn(self) -> None:
        fields = (await self.gql(_FIELDS))["__type"]["fields"]
        takes = [one["name"] for one in fields if any(arg["name"] == "after" for arg in one["args"])]
        self._resumable = frozenset(takes)


@asynccontextmanager
async def running(hub: Hub) -> AsyncIterator[RunningHub]:
    """Start the hub, and stop it in the end."""
    app = create_app(hub)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://hub") as client,
    ):
        if isinstance(hub.clock, StandingClock):
            hub.clock.on_move(hub.wake)
        made = RunningHub(hub, client, app)
        await made._learn()
        try:
            yield made
        finally:
            await made.hang_up()


def _body(payload: object) -> bytes:
    if isinstance(payload, Path):
        return payload.read_bytes()
    if isinstance(payload, bytes):
        return payload
    return (payload if isinstance(payload, str) else json.dumps(payload)).encode()
