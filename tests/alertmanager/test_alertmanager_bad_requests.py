"""Queries, sizes, encodings, paths and methods that make no sense: a clear 4xx each."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from incident_hub.hub import Hub

QUERIES = [
    "alerts?active=maybe", "alerts?silenced=2", "alerts?inhibited=x", "alerts?unprocessed=-", "alerts?receiver=(",
    "alerts?receiver=(a%2B)%2B", "alerts?filter=", "alerts?filter=x", "alerts?filter==x", "alerts?filter=a%3D%22b",
    "alerts?filter=a%3D%22b%22c", "alerts?filter=a%3D~(", "alerts?filter=a!~(a*)*", "alerts?filter=a%3Db%00",
    "alerts?filter=%7Ba%3Db%22%7D", "alerts?filter=%7Bx%7D", "alerts?filter=a%3D" + "v" * 9000,
    "alerts?" + "&".join(["filter=a%3Db"] * 65), "alerts/groups?filter=x", "alerts/groups?active=maybe",
    "silences?filter=x", "silences?filter=a%3D~(", "silences?filter=%7Ba%3Db,,%7D",
]  # fmt: skip


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Doors refuse alike on every database: one will do."""
    return f"sqlite:///{tmp_path / 'hub.db'}"


@pytest.mark.parametrize("query", QUERIES, ids=lambda text: text[:40])
async def test_a_bad_query_is_a_400_that_says_why(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/api/v2/{query}")
    assert answer.status_code == 400, answer.text
    assert isinstance(answer.json(), str)


@pytest.mark.parametrize("path", ["alerts", "silences"])
async def test_a_body_over_the_limit_is_too_large_told_or_streamed(
    hub: Hub, client: httpx.AsyncClient, path: str
) -> None:
    large = b"[" + b" " * hub.config.intake.max_body_bytes + b"]"

    async def parts() -> AsyncIterator[bytes]:
        yield large[:100_000]
        yield large[100_000:]

    for body in (large, parts()):
        assert (await client.post(f"/api/v2/{path}", content=body)).status_code == 413


@pytest.mark.parametrize("path", ["alerts", "silences"])
async def test_a_compressed_body_is_refused_unopened(client: httpx.AsyncClient, path: str) -> None:
    bomb = gzip.compress(b"[" + b" " * 10_000_000 + b"]")
    answer = await client.post(f"/api/v2/{path}", content=bomb, headers={"content-encoding": "gzip"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v2/nothing", 404),
        ("GET", "/api/v2/silence/", 404),
        ("GET", "/api/v2/alerts/groups/x", 404),
        ("GET", "/api/v1/alerts", 404),
        ("POST", "/-/healthy", 405),
        ("DELETE", "/api/v2/alerts", 405),
        ("PUT", "/api/v2/silences", 405),
        ("POST", "/api/v2/silence/x", 405),
        ("POST", "/api/v2/status", 405),
    ],
)
async def test_an_unknown_path_or_method_is_said_to_be_one(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    assert (await client.request(method, path)).status_code == status
