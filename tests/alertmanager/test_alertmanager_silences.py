"""Silences as documents: made, changed, listed, expired."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

Mute = Callable[..., Awaitable[str]]
Body = Callable[..., dict[str, Any]]


def later(**parts: float) -> str:
    """A time from now on, as it is written."""
    return (datetime.now(UTC) + timedelta(**parts)).isoformat()


async def test_a_silence_can_be_read_back_as_it_was_made(client: httpx.AsyncClient, mute: Mute) -> None:
    matcher = {"name": "model", "value": "gpt-.*", "isRegex": True, "isEqual": False}
    made = await mute({"name": "alertname", "value": "Slow", "isRegex": False, "isEqual": True}, matcher)
    one = (await client.get(f"/api/v2/silence/{made}")).json()
    assert one["status"] == {"state": "active"}
    assert matcher in one["matchers"]
    assert (one["createdBy"], one["comment"], one["id"]) == ("ann", "known", made)
    assert (await client.get("/api/v2/silences")).json() == [one]


async def test_one_in_force_keeps_its_id_when_only_its_end_and_comment_change(
    client: httpx.AsyncClient, mute: Mute
) -> None:
    made = await mute()
    body = (await client.get(f"/api/v2/silence/{made}")).json() | {
        "endsAt": later(hours=3),
        "comment": "longer",
    }
    assert (await client.post("/api/v2/silences", json=body)).json() == {"silenceID": made}
    assert (await client.get(f"/api/v2/silence/{made}")).json()["comment"] == "longer"


async def test_an_expired_one_comes_back_under_a_new_id(client: httpx.AsyncClient, mute: Mute) -> None:
    made = await mute()
    await client.delete(f"/api/v2/silence/{made}")
    assert (await client.delete(f"/api/v2/silence/{made}")).status_code == 200
    assert await mute(id=made) != made


@pytest.mark.parametrize("wrong", ["06eae306-dcad-4e6e-b11c-05ff2b343baf", "x", "%00", "..", "a" * 5000])
async def test_an_unknown_one_is_not_found(client: httpx.AsyncClient, silence_body: Body, wrong: str) -> None:
    path = "/api/v2/silence/" + wrong.replace("..", "%2e%2e")
    assert (await client.get(path)).status_code == 404
    assert (await client.delete(path)).status_code == 404
    assert (await client.post("/api/v2/silences", json=silence_body(id=wrong))).status_code == 404


async def test_they_are_listed_in_force_first_and_filtered_by_their_matchers(
    client: httpx.AsyncClient, mute: Mute
) -> None:
    late = await mute(endsAt=later(hours=2))
    pending = await mute(startsAt=later(hours=1), endsAt=later(hours=2))
    soon = await mute()
    ended = await mute({"name": "alertname", "value": "Down", "isRegex": False})
    await client.delete(f"/api/v2/silence/{ended}")
    listed = (await client.get("/api/v2/silences")).json()
    assert [s["id"] for s in listed] == [soon, late, pending, ended]
    down = (await client.get("/api/v2/silences", params={"filter": 'alertname="Down"'})).json()
    assert [s["id"] for s in down] == [ended]


async def test_there_is_a_cap_on_silences(
    client: httpx.AsyncClient, silence_body: Body, mute: Mute, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incident_hub.intake.silencing.MOST_OPEN", 2)
    await mute()
    await mute()
    answer = await client.post("/api/v2/silences", json=silence_body())
    assert answer.status_code == 400
    assert "2 silences already" in answer.json()
