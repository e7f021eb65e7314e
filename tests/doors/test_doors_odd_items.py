"""What is odd but makes sense is taken, within bounds, and repeats of it are not refused either."""

from collections.abc import Awaitable, Callable, Sequence

import httpx
import orjson
import pytest

Stored = Callable[[], Awaitable[Sequence[str]]]

ODD: dict[str, dict[str, object]] = {
    "unknown fields": {"nonsense": {"deep": [1, {"er": None}]}, "": 1, "__proto__": {"x": 1}},
    "everything null": dict.fromkeys(("status", "annotations", "startsAt", "starts_at", "fingerprint")),
    "an unknown severity": {"severity": "spicy"},
    "a future start": {"startsAt": "2150-01-01T00:00:00Z", "starts_at": "2150-01-01T00:00:00Z"},
    "an old start": {"startsAt": "1970-01-01T00:00:00Z", "starts_at": 0},
    "an end before its start": {"starts_at": "2026-01-02T00:00:00Z", "ends_at": "2026-01-01T00:00:00Z"},
    "Go's zero time": {"endsAt": "0001-01-01T00:00:00Z", "ends_at": "0001-01-01T00:00:00Z"},
    "a huge description": {"description": "d" * 300_000, "annotations": {"description": "d" * 300_000}},
    "a huge label": {"labels": {"alertname": "odd", "big": "v" * 300_000}},
    "labels that are no text": {"labels": {"alertname": "odd", "n": 5, "b": True, "o": {"a": [1]}}},
    "256 labels": {"labels": {"alertname": "odd", **{f"l{i}": "x" for i in range(255)}}},
    "control characters": {"description": "\x01\x1b[31m\x7f\u202e\u2028\ufeff"},
    "emoji": {"description": "🔥" * 5_000},
    "SQL and markup": {"description": "'; DROP TABLE alert; -- <script>alert(1)</script> ${jndi:x}"},
    "a huge fingerprint": {"fingerprint": "f" * 100_000, "dedup_key": "f" * 100_000},
}


def body_of(door: str, change: dict[str, object]) -> bytes:
    """One odd alert of this door."""
    plain = {"title": "odd"} if door == "generic" else {"labels": {"alertname": "odd"}}
    return orjson.dumps({"alerts": [{**plain, **change}]})


@pytest.mark.parametrize("door", ["generic", "alertmanager", "grafana"])
@pytest.mark.parametrize("name", ODD)
async def test_an_odd_alert_is_stored_and_its_repeat_joins_it(
    client: httpx.AsyncClient, stored: Stored, door: str, name: str
) -> None:
    body = body_of(door, ODD[name])
    answers = [await client.post(f"/webhooks/{door}", content=body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202], answers[0].text
    first, second = (answer.json()["alerts"][0] for answer in answers)
    assert (first["status"], second["status"]) == ("accepted", "duplicate")
    assert first["incidentId"] == second["incidentId"]
    assert await stored() == ["odd", "odd"]


async def test_of_a_key_given_twice_the_last_counts(client: httpx.AsyncClient, stored: Stored) -> None:
    answer = await client.post("/webhooks/generic", content=b'{"title": "one", "title": "two"}')
    assert answer.status_code == 202
    assert await stored() == ["two"]


async def test_a_title_of_a_million_characters_is_cut(client: httpx.AsyncClient, stored: Stored) -> None:
    answer = await client.post("/webhooks/generic", json={"title": "t" * 1_000_000})
    assert answer.status_code == 202
    assert [len(title) for title in await stored()] == [500]


async def test_a_surrogate_pair_is_one_character(client: httpx.AsyncClient, stored: Stored) -> None:
    answer = await client.post("/webhooks/generic", content=b'{"title": "\\ud83d\\ude00"}')
    assert answer.status_code == 202
    assert await stored() == ["\N{GRINNING FACE}"]
