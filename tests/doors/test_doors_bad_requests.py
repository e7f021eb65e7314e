"""What is wrong with a request before its body counts: where it goes, how, how large, how packed."""

import gzip
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import httpx
import pytest

Stored = Callable[[], Awaitable[Sequence[str]]]

DOORS = pytest.mark.parametrize("door", ["generic", "alertmanager", "grafana"])
LIMIT = 1024 * 1024
GOOD = b'{"alerts": [{"title": "x", "labels": {"alertname": "x"}}]}'


async def chunks(piece: bytes, count: int) -> AsyncIterator[bytes]:
    """A body that names no length."""
    for _ in range(count):
        yield piece


def refused(answer: httpx.Response, status: int, code: str) -> None:
    """Assert the refusal, in the one form that all refusals have."""
    assert answer.status_code == status, answer.text
    assert (answer.json()["error"]["code"], answer.json()["error"]["status"]) == (code, status)


@DOORS
@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "deflate", "br", "zstd", "gzip, identity", "nonsense"])
async def test_a_compressed_body_is_refused_unopened(
    client: httpx.AsyncClient, stored: Stored, door: str, encoding: str
) -> None:
    bomb = gzip.compress(b"0" * 10_000_000)
    answer = await client.post(f"/webhooks/{door}", content=bomb, headers={"content-encoding": encoding})
    refused(answer, 415, "unsupported_encoding")
    assert await stored() == []


@DOORS
async def test_gzip_that_does_not_say_so_is_not_json(client: httpx.AsyncClient, door: str) -> None:
    answer = await client.post(f"/webhooks/{door}", content=gzip.compress(GOOD))
    refused(answer, 400, "not_utf8")


@DOORS
async def test_a_body_over_the_limit_is_refused_by_its_length(
    client: httpx.AsyncClient, stored: Stored, door: str
) -> None:
    answer = await client.post(f"/webhooks/{door}", content=GOOD + b" " * LIMIT)
    refused(answer, 413, "body_too_large")
    assert str(LIMIT) in answer.json()["error"]["message"]
    assert await stored() == []


@DOORS
@pytest.mark.parametrize("length", ["1048577", "9" * 18, "9" * 5000])
async def test_a_length_over_the_limit_is_refused_before_the_body_comes(
    client: httpx.AsyncClient, door: str, length: str
) -> None:
    answer = await client.post(f"/webhooks/{door}", content=b"{}", headers={"content-length": length})
    refused(answer, 413, "body_too_large")


@DOORS
async def test_a_chunked_body_over_the_limit_is_refused(
    client: httpx.AsyncClient, stored: Stored, door: str
) -> None:
    answer = await client.post(f"/webhooks/{door}", content=chunks(b"[" * 65_536, 17))
    refused(answer, 413, "body_too_large")
    assert await stored() == []


@DOORS
async def test_a_body_of_exactly_the_limit_is_taken(
    client: httpx.AsyncClient, stored: Stored, door: str
) -> None:
    answer = await client.post(f"/webhooks/{door}", content=GOOD.ljust(LIMIT))
    assert answer.status_code == 202
    assert await stored() == ["x"]


@pytest.mark.parametrize(
    ("slug", "hint"), [("genric", "generic"), ("grafanna", "grafana"), ("alert-manager", "alertmanager")]
)
async def test_an_unknown_slug_is_not_found_and_the_likely_one_named(
    client: httpx.AsyncClient, slug: str, hint: str
) -> None:
    answer = await client.post(f"/webhooks/{slug}", content=GOOD)
    refused(answer, 404, "unknown_slug")
    assert f"did you mean `{hint}`" in answer.json()["error"]["message"]


@pytest.mark.parametrize("slug", ["%00", "%ff", "..%2f..", "'--", "x" * 5000, "généric", "%20"])
async def test_a_strange_slug_is_not_found(client: httpx.AsyncClient, slug: str) -> None:
    answer = await client.post(f"/webhooks/{slug}", content=GOOD)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] in ("unknown_slug", "not_found")


@DOORS
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
async def test_another_method_than_post_is_not_allowed(
    client: httpx.AsyncClient, stored: Stored, door: str, method: str
) -> None:
    answer = await client.request(method, f"/webhooks/{door}", content=GOOD)
    refused(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"
    assert await stored() == []


async def test_a_delivery_id_with_another_body_is_a_conflict(
    client: httpx.AsyncClient, stored: Stored
) -> None:
    headers = {"idempotency-key": "one"}
    for _ in range(2):
        answer = await client.post("/webhooks/generic", json={"title": "x"}, headers=headers)
        assert answer.status_code == 202
    refused(
        await client.post("/webhooks/generic", json={"title": "y"}, headers=headers), 409, "delivery_conflict"
    )
    assert await stored() == ["x"]
