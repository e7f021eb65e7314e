"""What enrichers share: places in texts, who is meant, each question once, answers that fit."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from incident_hub_hookspecs import ApiKey, Basic, Bearer, ConfigError, DeliveryError, HttpResponse, OAuth2
from incident_hub_hookspecs.asking import ask_each, enrichment, failure, fitting, one_line
from incident_hub_hookspecs.connection import Connection, OAuthSettings
from incident_hub_hookspecs.matching import When
from incident_hub_hookspecs.outgoing import answer_json
from incident_hub_hookspecs.places import in_quotes, places
from incident_hub_hookspecs.testing import NOON, an_incident

ONE = an_incident(labels={"service": "chat", "a.b": "c"}, first_seen=NOON + timedelta(seconds=0.5))


def filled(text: str, **more: Any) -> str | None:  # noqa: ANN401
    return places(text).filled(ONE, lambda value, before: f"<{before}:{value}>", **more)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain $ {} $x", "plain $ {} $x"),
        ("a${labels.service}b${labels.a.b}", "a<a:chat>b<ab:c>"),
        ("${labels.none | llm.model}", "<:gpt-4o>"),
        ("$${labels.service}", "${labels.service}"),
        ("${labels.none}", None),
        ("${llm.agent}", None),
        ("${type} ${severity}", "<:performance> < :P2>"),
        ("${start} ${start_unix}", "<:2026-01-01T12:00:00.500000Z> < :1767268800>"),
    ],
)
def test_places_are_filled_and_a_missing_value_leaves_the_text_out(text: str, expected: str | None) -> None:
    assert filled(text) == expected


def test_a_value_that_is_too_long_fills_nothing() -> None:
    assert filled("${labels.service}", most=3) is None


@pytest.mark.parametrize(
    "text", ["${", "${labels.x", "${}", "${labels.}", "${llm.mood}", "${id.x}", "${a|id}"]
)
def test_a_place_that_there_is_not_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        places(text)


@pytest.mark.parametrize(
    ("before", "inside"),
    [
        ("", False),
        ('a:"', True),
        ('a:"b" c', False),
        ('"\\"', True),
        ('"\\\\" ', False),
        ("'", False),
        ('"\\', False),
    ],
)
def test_a_place_stands_in_quotes_or_not(before: str, inside: bool) -> None:
    assert in_quotes(before) is inside


@pytest.mark.parametrize(
    ("when", "fits"),
    [
        (When(), True),
        (
            When(
                types=("performance",), severities=("P2",), sources=("x", "prom*"), labels={"service": "c*"}
            ),
            True,
        ),
        (When(types=("security",)), False),
        (When(severities=("P0",)), False),
        (When(sources=("prom",)), False),
        (When(labels={"service": "gateway"}), False),
        (When(labels={"none": "*"}), False),
    ],
)
def test_all_that_is_given_must_fit(when: When, fits: bool) -> None:
    assert when.fits(ONE) is fits


ALL = 5.0  # the deadline, in seconds


async def test_each_question_is_asked_once_and_an_error_is_its_own_answer() -> None:
    asked: list[str] = []

    async def ask(question: str, left: float) -> str:
        assert left < ALL  # the rest is for handing over what is there
        asked.append(question)
        if question == "b":
            raise DeliveryError("no")
        return question.upper()

    found = await ask_each(["a", "b", "a"], ask, ALL)
    assert (found["a"], str(found["b"]), asked) == ("A", "no", ["a", "b"])
    assert await ask_each([], ask, 5.0) == {}
    with pytest.raises(DeliveryError, match="no"):
        await ask_each(["b"], ask, 5.0)


async def test_who_finds_no_time_left_says_so_and_what_came_in_time_is_kept() -> None:
    async def slow(_: int, seconds: float) -> str:
        await asyncio.sleep(seconds)
        return "in time"

    found = await ask_each(range(30), slow, 0.05)
    assert [str(found[number]) for number in (0, 29)] == ["in time", "there was no time left to ask"]


def test_text_from_outside_is_one_line_that_can_be_stored() -> None:
    assert one_line("a\r\n b\0\u2028c \ud83d") == "a b c ?"
    assert one_line("x" * 10**6, 5) == "xxxx…"


def test_only_so_many_items_are_kept_as_fit() -> None:
    assert fitting(["a" * 10] * 5, room=30) == ["a" * 10] * 2
    assert fitting([]) == []


def test_an_enrichment_tells_what_was_found_what_failed_and_what_was_left_out() -> None:
    failures = [failure(name, DeliveryError("away\n")) for name in "xyz"]
    found = enrichment(["a is 1", "b is 2"], "facts", [{"a": "1" * 10_000}, {"b": "2" * 10_000}], failures)
    assert found
    assert found.summary == "a is 1; b is 2; x: away; 2 more failed"
    assert (len(found.data["facts"]), found.data["facts_left_out"]) == (1, 1)  # type: ignore[arg-type]
    assert found.data["errors"] == [{"name": n, "error": "away", "code": "unknown_error"} for n in "xyz"]
    assert enrichment([], "facts", [], []) is None


def test_credentials_of_a_connection_are_those_of_its_endpoint() -> None:
    oauth = OAuthSettings("https://t.example", "id", "secret", "read")
    key = ApiKey("k", "X-Key")
    url = "https://x.example"
    made = [
        Connection(url, user="u", password="p", token="t", api_key="k", api_key_header="X-Key"),
        Connection(url, token="t", oauth=oauth),
        Connection(url, oauth=oauth),
    ]
    assert [one.endpoint("x").credentials for one in made] == [
        (Basic("u", "p"), key), (Bearer("t"),), (OAuth2("https://t.example", "id", "secret", "read"),),
    ]  # fmt: skip
    assert "secret" not in repr(made)


@pytest.mark.parametrize("url", ["x", "ftp://x.example", "http://", "http://[", "https://u:p@x.example"])
def test_an_address_that_is_none_or_holds_credentials_is_refused(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Connection(url)
    assert caught.value.path == "url"


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[" * 200_000])
def test_what_is_no_json_is_a_delivery_error(body: bytes) -> None:
    with pytest.raises(DeliveryError, match=r"x\.example did not answer with JSON"):
        answer_json(HttpResponse(200, {}, body), "x.example")
