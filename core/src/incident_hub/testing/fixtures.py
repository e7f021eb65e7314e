"""pytest fixtures; a pytest11 entry point, so they are there wherever the hub is installed.

The hub is imported inside the fixtures: a test run that uses none of them pays nothing. Those that run a hub
need pytest-asyncio (`pip install "incident-hub-core[testing]"`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx
    from incident_hub_hookspecs.testing import RecordingHttp

    from incident_hub.storage.database import Database
    from incident_hub.testing.clock import StandingClock
    from incident_hub.testing.hubs import Hubs
    from incident_hub.testing.postgres import PostgresServer
    from incident_hub.testing.running import RunningHub
    from incident_hub.testing.subscription import Subscription

__all__ = [
    "database",
    "database_url",
    "gql",
    "gql_subscribe",
    "hub",
    "hub_clock",
    "hub_with",
    "no_network",
    "post_webhook",
    "postgres_server",
    "recorded_http",
    "settings_of",
    "settled",
]


def async_fixture(function: Callable[..., Any]) -> Any:  # noqa: ANN401 - what the decorators return
    """A fixture of pytest-asyncio, in whichever mode it is; without it, one that says so when asked for."""
    if find_spec("pytest_asyncio"):
        import pytest_asyncio  # noqa: PLC0415

        return pytest_asyncio.fixture(function)

    def missing() -> None:
        told = 'this fixture needs pytest-asyncio: pip install "incident-hub-core[testing]"'
        pytest.fail(told, pytrace=False)

    return pytest.fixture(name=function.__name__)(missing)


@async_fixture
async def hub_with(
    request: pytest.FixtureRequest, tmp_path: Path, recorded_http: RecordingHttp
) -> AsyncIterator[Hubs]:
    """`await hub_with("geo", config={...})` starts a hub with these plugins; it is stopped after the test."""
    from incident_hub.testing.hubs import Hubs  # noqa: PLC0415

    clock = request.getfixturevalue("hub_clock") if "hub_clock" in request.fixturenames else None
    hubs = Hubs(tmp_path, recorded_http, clock)
    yield hubs
    await hubs.stop()


@async_fixture
async def hub(hub_with: Hubs) -> RunningHub:
    """A running hub on a throw-away database, without plugins."""
    return await hub_with()


@pytest.fixture
def gql(hub_with: Hubs) -> Callable[..., Awaitable[dict[str, Any]]]:
    """`await gql(query, **variables)` is the data that the hub started last answers."""

    async def ask(query: str, **variables: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        return await (await hub_with.current()).gql(query, **variables)

    return ask


@pytest.fixture
def gql_subscribe(hub_with: Hubs) -> Callable[..., Subscription]:
    """`async for data in gql_subscribe(subscription, **variables)` on the hub started last."""

    def follow(query: str, *, after: str | None = None, **variables: Any) -> Subscription:  # noqa: ANN401
        return hub_with.last.gql_subscribe(query, after=after, **variables)

    return follow


@pytest.fixture
def post_webhook(hub_with: Hubs) -> Callable[..., Awaitable[httpx.Response]]:
    """`await post_webhook(slug, payload)`: bytes, text, a path, or anything that JSON can hold."""

    async def post(slug: str, payload: object, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return await (await hub_with.current()).post_webhook(slug, payload, headers)

    return post


@pytest.fixture
def settled(hub_with: Hubs) -> Callable[..., Awaitable[None]]:
    """`await settled()` waits until the hub has no job left that is due."""

    async def wait(seconds: float = 10.0) -> None:
        await (await hub_with.current()).settled(seconds)

    return wait


@pytest.fixture
def hub_clock() -> StandingClock:
    """The clock of this test's hubs: it stands still until `hub_clock.move(seconds)`."""
    from incident_hub.testing.clock import StandingClock  # noqa: PLC0415

    return StandingClock()


@pytest.fixture
def recorded_http() -> RecordingHttp:
    """The way out of this test's plugins: `recorded_http.will(Answer(200, {...}))`, then look at `.sent`."""
    from incident_hub_hookspecs.testing import RecordingHttp  # noqa: PLC0415

    return RecordingHttp()


@pytest.fixture
def no_network() -> Iterator[None]:
    """No connection leaves this machine; a test that tries fails, also when the error was swallowed."""
    from incident_hub.testing.network import offline  # noqa: PLC0415

    with offline() as refused:
        yield
    if refused:
        pytest.fail(f"the test reached out for {', '.join(refused)}", pytrace=False)


@pytest.fixture
def settings_of() -> Callable[..., Any]:
    """`settings_of(plugin, **config)`: the settings as the hub builds them, or `ConfigError` with the path."""
    from incident_hub.testing.settings import settings_of  # noqa: PLC0415

    return settings_of


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL with a database `hub_template` that has the current schema."""
    from incident_hub.testing.postgres import PostgresServer  # noqa: PLC0415
    from incident_hub.testing.template import make_template  # noqa: PLC0415

    server = PostgresServer()
    try:
        server.start()
        make_template(server)
        yield server
    finally:
        server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database with the current schema, once on each kind."""
    from incident_hub.testing.template import sqlite_copy  # noqa: PLC0415

    if request.param == "sqlite":
        yield sqlite_copy(tmp_path / "hub.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.borrow()
    yield server.url(name)
    server.give_back(name)


@async_fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """That database, open."""
    from incident_hub.storage.opening import open_database  # noqa: PLC0415

    opened = open_database(database_url, pool_size=10)
    yield opened
    await opened.close()
