"""Whatever is posted to the Alertmanager routes: a clear 4xx, never a 500, and nothing lost."""

from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from incident_hub.hub import Hub
from incident_hub.storage.tables import alert, silence
from sqlalchemy import func, select

GOOD: dict[str, Any] = {
    "matchers": [{"name": "a", "value": "b", "isRegex": False}],
    "startsAt": "2026-01-01T00:00:00Z",
    "endsAt": "2100-01-01T00:00:00Z",
    "createdBy": "ann",
    "comment": "",
}
JUNK: list[tuple[str, bytes]] = [
    ("empty", b""), ("blank", b"  \n"), ("truncated", b'[{"labels": {"a"'), ("not JSON", b"alertname=x"),
    ("a word", b"null"), ("a number", b"7"), ("text", b'"x"'), ("NaN", b"[NaN]"), ("Infinity", b"[-Infinity]"),
    ("not UTF-8", b'[{"labels": {"a": "\xff\xfe"}}]'), ("NUL", b'[{"labels": {"a": "\\u0000"}}]'),
    ("half a surrogate", b'[{"labels": {"a": "\\ud800"}}]'), ("a depth bomb", b"[" * 50_000),
    ("a closed depth bomb", b"[" * 5000 + b"]" * 5000), ("5,000 digits", b"[" + b"9" * 5000 + b"]"),
    ("a byte order mark", b"\xef\xbb\xbf[]"), ("two values", b"[] []"), ("a list of lists", b"[[[]]]"),
]  # fmt: skip


def alert_body(**item: object) -> bytes:
    """One alert that is sound but for what is given."""
    return orjson.dumps([{"labels": {"alertname": "A"}, **item}])


def silence_of(**values: object) -> bytes:
    """A silence that is sound but for what is given; ... takes a field away."""
    return orjson.dumps({k: v for k, v in (GOOD | values).items() if v is not ...})


def matcher_of(**values: object) -> bytes:
    """A silence whose one matcher is sound but for what is given."""
    matcher = {"name": "a", "value": "b", "isRegex": False} | values
    return silence_of(matchers=[{k: v for k, v in matcher.items() if v is not ...}])


ALERTS: list[tuple[str, bytes]] = [
    *JUNK,
    ("an object", b"{}"),
    ("no labels", b"[{}]"),
    ("empty labels", alert_body(labels={})),
    ("null labels", alert_body(labels=None)),
    ("labels of text", alert_body(labels="a=b")),
    ("a list of labels", alert_body(labels=[["a", "b"]])),
    ("only empty values", alert_body(labels={"a": ""})),
    ("a bad name", alert_body(labels={"a b": "c"})),
    ("an empty name", alert_body(labels={"": "c"})),
    ("10,000 labels", alert_body(labels={f"l{n}": "v" for n in range(10_000)})),
    ("annotations of text", alert_body(annotations="x")),
    ("a time of words", alert_body(startsAt="yesterday")),
    ("a time of lists", alert_body(startsAt=[])),
    ("an ancient end", alert_body(endsAt="0999-01-01T00:00:00Z")),
    ("a far future", alert_body(endsAt="9999-12-31T23:59:59Z")),
    ("an impossible day", alert_body(endsAt="2026-02-30T00:00:00Z")),
    ("an end before the start", alert_body(startsAt="2026-01-02T00:00:00Z", endsAt="2026-01-01T00:00:00Z")),
    ("a URL of numbers", alert_body(generatorURL=7)),
]
SILENCES: list[tuple[str, bytes]] = [
    *JUNK,
    ("a list", b"[]"),
    ("nothing", b"{}"),
    *((f"no {name}", silence_of(**{name: ...})) for name in GOOD),
    *((f"null {name}", silence_of(**{name: None})) for name in GOOD),
    *((f"a number as {name}", silence_of(**{name: 7})) for name in GOOD),
    ("no matcher", silence_of(matchers=[])),
    ("65 matchers", silence_of(matchers=[*GOOD["matchers"] * 65])),
    ("matchers of text", silence_of(matchers=["a=b"])),
    ("a matcher without name", matcher_of(name=...)),
    ("a matcher without value", matcher_of(value=...)),
    ("an empty name", matcher_of(name="")),
    ("a name too long", matcher_of(name="n" * 300)),
    ("a value too long", matcher_of(value="v" * 5000)),
    ("a word for a flag", matcher_of(isRegex="yes")),
    ("a null flag", matcher_of(isEqual=None)),
    ("a matcher of everything", matcher_of(value="")),
    ("a pattern of everything", matcher_of(value=".*", isRegex=True)),
    ("a broken pattern", matcher_of(value="(", isRegex=True)),
    ("an exploding pattern", matcher_of(value="(a+)+$", isRegex=True)),
    ("a long pattern", matcher_of(value="a" * 513, isRegex=True)),
    ("an end before the start", silence_of(startsAt="2101-01-01T00:00:00Z")),
    ("an end in the past", silence_of(startsAt="2001-01-01T00:00:00Z", endsAt="2002-01-01T00:00:00Z")),
    ("an ancient start", silence_of(startsAt="0001-01-01T00:00:00Z")),
    ("an end beyond time", silence_of(endsAt="9999-12-31T23:59:59Z")),
    ("a start of words", silence_of(startsAt="now")),
    ("a long comment", silence_of(comment="c" * 5000)),
    ("a long author", silence_of(createdBy="a" * 256)),
    ("an id of numbers", silence_of(id=7)),
]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Doors refuse alike on every database: one will do."""
    return f"sqlite:///{tmp_path / 'hub.db'}"


async def _stored(hub: Hub) -> list[int]:
    counts = [select(func.count()).select_from(table) for table in (alert, silence)]
    return await hub.database.read(lambda c: [c.execute(count).scalar_one() for count in counts])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        *(pytest.param("alerts", body, id=f"alerts: {name}") for name, body in ALERTS),
        *(pytest.param("silences", body, id=f"silences: {name}") for name, body in SILENCES),
    ],
)
async def test_a_bad_body_is_a_400_that_says_why(
    hub: Hub, client: httpx.AsyncClient, path: str, body: bytes
) -> None:
    answer = await client.post(f"/api/v2/{path}", content=body)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert isinstance(answer.json(), str)
    assert answer.json()
    assert await _stored(hub) == [0, 0]


async def test_odd_but_sound_alerts_are_taken(hub: Hub, client: httpx.AsyncClient) -> None:
    items = [
        {"labels": {"alertname": "Ünïcode ☃"}, "unknown": {"field": [1]}},
        {"labels": {"alertname": "x" * 9000}},
        {"labels": {"alertname": "number", "n": 7}},
        {
            "labels": {"alertname": "zero"},
            "startsAt": "0001-01-01T00:00:00Z",
            "endsAt": "0001-01-01T00:00:00Z",
        },
        {"labels": {"alertname": "soon"}, "endsAt": "2199-01-01T00:00:00Z"},
    ]
    answer = await client.post("/api/v2/alerts", json=items)
    assert answer.status_code == 200, answer.text
    assert await _stored(hub) == [5, 0]
    assert len((await client.get("/api/v2/alerts")).json()) == 5
