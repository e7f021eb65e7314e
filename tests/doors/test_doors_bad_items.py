"""A bad alert among good ones is refused alone, with its place; odd ones that make sense are taken."""

from collections.abc import Awaitable, Callable, Sequence

import httpx
import orjson
import pytest

Stored = Callable[[], Awaitable[Sequence[str]]]
Item = dict[str, object]

LABELLED = ("alertmanager", "grafana")
MANY = {f"label{number}": "x" for number in range(9_999)}
COMMON = {
    "status a number": ({"status": 1}, "wrong_type", "status"),
    "status an unknown word": ({"status": "maybe"}, "unknown_status", "status"),
    "status an array": ({"status": ["firing"]}, "wrong_type", "status"),
    "labels an array": ({"labels": ["a"]}, "wrong_type", "labels"),
    "labels a text": ({"labels": "a=b"}, "wrong_type", "labels"),
    "labels false": ({"labels": False}, "wrong_type", "labels"),
    "10,000 labels": ({"labels": {"alertname": "x", **MANY}}, "too_many_labels", "labels"),
    "label with a long name": ({"labels": {"n" * 5_000: "x"}}, "bad_label", "labels"),
    "annotations an array": ({"annotations": []}, "wrong_type", "annotations"),
    "annotations a number": ({"annotations": 3}, "wrong_type", "annotations"),
    "10,000 annotations": ({"annotations": MANY}, "too_many_labels", "annotations"),
}
TIMES: dict[str, object] = {
    "word": "yesterday",
    "time of day": "12:00:00",
    "month 13": "2026-13-01T00:00:00Z",
    "day 30 of February": "2026-02-30T00:00:00Z",
    "hour 25": "2026-01-01T25:00:00Z",
    "ancient": "0900-01-01T00:00:00Z",
    "before 1970": "1969-12-31T23:59:59Z",
    "far future": "9999-12-31T23:59:59Z",
    "below the first year with its zone": "0001-01-01T00:00:01+23:59",
    "above the last year with its zone": "9999-12-31T23:59:59-23:59",
    "negative number": -1,
    "huge number": 2**63,
    "number as long text": "9" * 5_000,
    "not a number": "nan",
    "infinity": "Infinity",
    "boolean": True,
    "object": {"seconds": 1},
    "array": [2026],
}
PLAIN = {
    "title missing": ({"title": None}, "missing_field", "title"),
    "title an object": ({"title": {"en": "x"}}, "wrong_type", "title"),
    "source a number": ({"source": 5}, "wrong_type", "source"),
    "severity an object": ({"severity": {"level": 1}}, "wrong_type", "severity"),
    "severity an array": ({"severity": ["P1"]}, "wrong_type", "severity"),
    "type a number": ({"type": 5}, "wrong_type", "type"),
    "description an array": ({"description": ["x"]}, "wrong_type", "description"),
    "external_id an array": ({"external_id": [1]}, "wrong_type", "external_id"),
    "dedup_key an object": ({"dedup_key": {"a": 1}}, "wrong_type", "dedup_key"),
    "resources a number": ({"resources": 5}, "wrong_type", "resources"),
    "resources an object": ({"resources": {"pod": "x"}}, "wrong_type", "resources"),
    "resources with a number": ({"resources": ["a", 5]}, "wrong_type", "resources[1]"),
    "10,000 resources": ({"resources": [str(i) for i in range(10_000)]}, "too_many_labels", "resources"),
    "llm a text": ({"llm": "gpt"}, "wrong_type", "llm"),
    "runbook_url a number": ({"runbook_url": 5}, "wrong_type", "runbook_url"),
    "url an object": ({"url": {}}, "wrong_type", "url"),
}
OF_LABELLED = {
    "fingerprint an object": ({"fingerprint": {}}, "wrong_type", "fingerprint"),
    "no labels": ({"labels": {}}, "missing_field", "labels"),
    "labels null": ({"labels": None}, "missing_field", "labels"),
    "labels of null": ({"labels": {"alertname": None}}, "missing_field", "labels"),
    "generatorURL a number": ({"generatorURL": 5}, "wrong_type", "generatorURL"),
}


def item_of(door: str, title: str, change: Item) -> Item:
    """An alert as this door's senders write it, with some fields changed."""
    plain = {"title": title} if door == "generic" else {"labels": {"alertname": title}}
    return {**plain, "status": "firing", **change}


def cases(door: str) -> list[object]:
    """What this door's table holds; times are tried in both fields."""
    start, end = ("starts_at", "ends_at") if door == "generic" else ("startsAt", "endsAt")
    times = {
        f"{field}: {name}": ({field: value}, "bad_timestamp", field)
        for field in (start, end)
        for name, value in TIMES.items()
    }
    grafana = {f"{n} a number": ({n: 5}, "wrong_type", n) for n in ("panelURL", "valueString")}
    own = PLAIN if door == "generic" else OF_LABELLED
    table = {**COMMON, **times, **own, **(grafana if door == "grafana" else {})}
    return [pytest.param(door, *row, id=f"{door}: {name}") for name, row in table.items()]


@pytest.mark.parametrize(
    ("door", "change", "code", "place"), [*cases("generic"), *cases("alertmanager"), *cases("grafana")]
)
async def test_a_bad_alert_is_refused_alone_and_its_neighbours_are_stored(
    client: httpx.AsyncClient, stored: Stored, door: str, change: Item, code: str, place: str
) -> None:
    items = [item_of(door, "first", {}), item_of(door, "bad", change), item_of(door, "last", {})]
    answer = await client.post(f"/webhooks/{door}", content=orjson.dumps({"alerts": items}))
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert [(one["index"], one["code"], one["path"]) for one in body["rejected"]] == [
        (1, code, f"alerts[1].{place}")
    ]
    assert (body["accepted"], len(body["alerts"])) == (2, 2)
    assert await stored() == ["first", "last"]


@pytest.mark.parametrize("door", ["generic", *LABELLED])
async def test_among_ten_thousand_bad_alerts_the_good_one_is_stored(
    client: httpx.AsyncClient, stored: Stored, door: str
) -> None:
    items: list[object] = [{}] * 10_000
    items[7_000] = item_of(door, "good", {})
    answer = await client.post(f"/webhooks/{door}", content=orjson.dumps({"alerts": items}))
    assert answer.status_code == 202
    assert (answer.json()["accepted"], len(answer.json()["rejected"])) == (1, 9_999)
    assert await stored() == ["good"]
