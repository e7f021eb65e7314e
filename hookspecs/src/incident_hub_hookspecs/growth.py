"""What a plugin can add to the hub itself, each under the plugin's own name.

One name everywhere: the entry point's name in snake_case is the table prefix, the route prefix and the
CLI group; in camelCase it is the GraphQL root field; in PascalCase the prefix of GraphQL types.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from incident_hub_hookspecs.records import EMPTY, Incident

__all__ = [
    "Command",
    "GraphQLContext",
    "GraphQLPart",
    "IncidentPart",
    "Migrations",
    "Route",
    "RouteRequest",
    "RouteResponse",
]


def _nothing() -> Mapping[str, str]:
    return EMPTY


class GraphQLContext(Protocol):
    """What `info.context` gives to a plugin's resolvers; they get nothing else of the hub."""

    @property
    def actor(self) -> str:
        """Who asks."""


@dataclass(frozen=True, slots=True)
class IncidentPart:
    """The field `Incident.<pluginName>`.

    `kind` is a strawberry type; `load` answers for many incidents at once, in their order, and None where
    there is nothing. The hub collects the incidents of one request, so a page costs one call.
    """

    kind: type[Any]
    load: Callable[[Sequence[Incident]], Awaitable[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class GraphQLPart:
    """The plugin's part of the schema, made with strawberry.

    `query` and `mutation` are strawberry object types without fields that need a value: the hub makes one
    of each a request and shows it as the root field `<pluginName>`. `subscription` is an async generator
    function with annotated arguments and return type `AsyncIterator[Kind]`, shown as the subscription
    `<pluginName>`; equal subscriptions share one run, and one that joins later hears what comes from then on,
    or all of it when it gives an argument `after`. The name of every type a part brings begins with
    `<PluginName>`; standard scalars, `JSON`, and the enums that incidents are made of are shared.

    A resolver that is `async def` runs on the event loop, any other in a thread; each has the deadline
    `plugin_calls.deadline_seconds`, and less when the document has less left. What it raises is an error of
    its field that names the plugin; `PayloadError` and strawberry's `GraphQLError` reach the client in their
    own words, with the code `BAD_USER_INPUT`.
    """

    query: type[Any] | None = None
    mutation: type[Any] | None = None
    subscription: Callable[..., Any] | None = None
    incident: IncidentPart | None = None


@dataclass(frozen=True, slots=True)
class RouteRequest:
    """One HTTP request. `headers` has lower-case names; `path_params` holds what the path's braces took."""

    method: str
    path: str
    path_params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    actor: str

    def header(self, name: str) -> str:
        """A header by its name; empty when it is missing."""
        return self.headers.get(name.lower(), "")


@dataclass(frozen=True, slots=True)
class RouteResponse:
    """The answer. `body` is bytes, or text, or anything that JSON can hold."""

    body: object = b""
    status: int = 200
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Route:
    """One route at `/-/plugins/<name><path>`; `path` begins with a slash and may hold `{name}` parts.

    `endpoint` is awaited with a `RouteRequest`; `PayloadError` becomes a 400, `SignatureError` a 401,
    anything else it raises a 502 that names the plugin, no answer in time a 504. A GET route answers HEAD
    too. The answer has at most `plugin_calls.max_response_bytes`.
    """

    path: str
    endpoint: Callable[[RouteRequest], Awaitable[RouteResponse]]
    methods: tuple[str, ...] = ("GET",)


@dataclass(frozen=True, slots=True)
class Command:
    """One command `incident-hub <plugin> <name>`.

    `run` gets the arguments behind the name, `--help` among them, and returns the exit code. It is called
    without a running event loop: `asyncio.run` is free to use.
    """

    name: str
    help: str
    run: Callable[[Sequence[str]], int]


@dataclass(frozen=True, slots=True)
class Migrations:
    """The plugin's own chain of alembic migrations.

    `folder` holds a `versions/` folder, as alembic's `script_location` does; `env.py` is the hub's. The
    chain has its own version table, `alembic_version_plugin_<name>`, and is run in one transaction, in
    batch mode on SQLite. What it makes is named `<name>_...`: tables, views, sequences, types and indexes,
    these also `ix_<name>_...` and the like, as conventions have it. References stay among its own tables.
    A chain that makes, changes or touches anything else is refused, and nothing of it stays.
    """

    folder: Path
