"""A whole hub behind its doors, in process, on each kind of database."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from incident_hub.api.app import create_app
from incident_hub.host.config import HubConfig, IntakeConfig
from incident_hub.hub import Hub

BODY_LIMIT = 256 * 1024


@pytest.fixture
async def hub(database_url: str, tmp_path: Path) -> AsyncIterator[Hub]:
    """A hub that takes alerts and does no work behind them."""
    config = HubConfig(
        database_url=database_url, data_dir=tmp_path, intake=IntakeConfig(max_body_bytes=BODY_LIMIT)
    )
    made = await Hub.create(config, workers=False)
    yield made
    await made.intake.drain()
    await made.http.aclose()
    await made.database.close()


@pytest.fixture
async def client(hub: Hub) -> AsyncIterator[httpx.AsyncClient]:
    """A client of its application; what a door fails to catch fails the test."""
    transport = httpx.ASGITransport(create_app(hub), raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as opened:
        yield opened


Fire = Callable[..., Awaitable[httpx.Response]]
Mute = Callable[..., Awaitable[str]]
Body = Callable[..., dict[str, Any]]
Alerts = Callable[..., Awaitable[list[dict[str, Any]]]]


@pytest.fixture
def fire(client: httpx.AsyncClient) -> Fire:
    """Post one alert with these labels, as Prometheus does; `ends` is minutes from now."""

    async def post(ends: float = 4, **labels: str) -> httpx.Response:
        now = datetime.now(UTC)
        item = {
            "labels": labels,
            "annotations": {},
            "startsAt": (now - timedelta(hours=1)).isoformat(),
            "endsAt": (now + timedelta(minutes=ends)).isoformat(),
            "generatorURL": "http://prometheus/graph",
        }
        return await client.post("/api/v2/alerts", json=[item])

    return post


@pytest.fixture
def alerts(client: httpx.AsyncClient) -> Alerts:
    """The listed alerts under these query parameters."""

    async def get(*pairs: tuple[str, str]) -> list[dict[str, Any]]:
        answer = await client.get("/api/v2/alerts", params=list(pairs))
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()
        return found

    return get


@pytest.fixture
def silence_body() -> Body:
    """Makes the body of a silence for an hour, on alerts named Slow unless told otherwise."""
    return _silence_body


def _silence_body(*matchers: dict[str, Any], **values: object) -> dict[str, Any]:
    now = datetime.now(UTC)
    body = {
        "matchers": list(matchers) or [{"name": "alertname", "value": "Slow", "isRegex": False}],
        "startsAt": now.isoformat(),
        "endsAt": (now + timedelta(hours=1)).isoformat(),
        "createdBy": "ann",
        "comment": "known",
    }
    return body | values


@pytest.fixture
def mute(client: httpx.AsyncClient) -> Mute:
    """Make a silence; its id."""

    async def post(*matchers: dict[str, Any], **values: object) -> str:
        answer = await client.post("/api/v2/silences", json=_silence_body(*matchers, **values))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["silenceID"])

    return post
