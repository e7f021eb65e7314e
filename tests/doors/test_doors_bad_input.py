"""A body that is not sound JSON, or not what the door expects, is a 4xx with a code; nothing of it is stored."""

from collections.abc import Awaitable, Callable, Sequence

import httpx
import pytest

Stored = Callable[[], Awaitable[Sequence[str]]]

DOORS = ("generic", "alertmanager", "grafana")
LABELLED = ("alertmanager", "grafana")

UNSOUND = {
    "empty": (b"", "empty_body"),
    "blank": (b" \r\n\t ", "empty_body"),
    "truncated object": (b'{"alerts": [{"title": "x"', "not_json"),
    "truncated text": (b'{"alerts": [{"title": "x', "not_json"),
    "trailing comma": (b'{"alerts": [{"title": "x"},]}', "not_json"),
    "trailing garbage": (b'{"alerts": [{"title": "x"}]} x', "not_json"),
    "two documents": (b'{"title": "x"}{"title": "y"}', "not_json"),
    "form body": (b"title=x&severity=P1", "not_json"),
    "xml": (b"<alert><title>x</title></alert>", "not_json"),
    "single quotes": (b"{'title': 'x'}", "not_json"),
    "comment": (b'{"title": "x" /* y */}', "not_json"),
    "byte order mark of UTF-16": (b"\xff\xfe{\x00}\x00", "not_utf8"),
    "Latin-1": ('{"title": "café"}'.encode("latin-1"), "not_utf8"),
    "overlong UTF-8": (b'{"title": "\xc0\xaf"}', "not_utf8"),
    "surrogate in UTF-8": (b'{"title": "\xed\xa0\x80"}', "not_utf8"),
    "truncated UTF-8": (b'{"title": "\xf0\x9f\x94', "not_utf8"),
    "lone surrogate": (b'{"title": "\\ud800"}', "not_json"),
    "lone surrogate as a key": (b'{"\\udc00": "x"}', "not_json"),
    "raw control character": (b'{"title": "x\x01"}', "not_json"),
    "raw NUL": (b'{"title": "x\x00"}', "not_json"),
    "escaped NUL in text": (b'{"title": "x\\u0000y"}', "nul_character"),
    "escaped NUL in a key": (b'{"title": "x", "labels": {"a\\u0000": "b"}}', "nul_character"),
    "NaN": (b'{"title": "x", "starts_at": NaN}', "not_json"),
    "Infinity": (b'{"title": "x", "starts_at": Infinity}', "not_json"),
    "minus Infinity": (b'{"title": "x", "starts_at": -Infinity}', "not_json"),
    "number beyond a double": (b'{"title": "x", "starts_at": 1e999}', "number_out_of_range"),
    "5,000-digit number": (b'{"title": "x", "id": %s}' % (b"7" * 5000), "number_out_of_range"),
    "5,000-digit negative": (b'{"title": "x", "id": -%s}' % (b"7" * 5000), "number_out_of_range"),
    "integer beyond 64 bits": (b'{"title": "x", "id": 18446744073709551616}', "number_out_of_range"),
    "number with a leading zero": (b'{"title": "x", "id": 007}', "not_json"),
    "hexadecimal": (b'{"title": "x", "id": 0x10}', "not_json"),
    "100,000 open brackets": (b"[" * 100_000, "too_deep"),
    "100,000 nested arrays": (b"[" * 100_000 + b"]" * 100_000, "too_deep"),
    "50,000 nested objects": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "too_deep"),
    "65 levels": (b"[" * 65 + b"]" * 65, "too_deep"),
    "65 levels in an alert": (b'{"alerts":[{"title":"x","labels":' + b"[" * 65 + b"]" * 65 + b"}]}", "too_deep"),
    "10,001 keys": (b"{" + b",".join(b'"%d":1' % i for i in range(10_001)) + b"}", "too_many_keys"),
    "200,001 members": (b'{"alerts": [%s1]}' % (b"1," * 200_000), "too_many_keys"),
    "null": (b"null", "wrong_type"),
    "true": (b"true", "wrong_type"),
    "number": (b"17", "wrong_type"),
    "text": (b'"alert"', "wrong_type"),
    "array of null": (b"[null]", "wrong_type"),
    "array of arrays": (b"[[]]", "wrong_type"),
    "no alerts": (b'{"alerts": []}', "no_alerts"),
    "alerts of wrong types": (b'{"alerts": [1, null, "x", [], true]}', "wrong_type"),
    "100,000 empty objects": (b'{"alerts": [%s{}]}' % (b"{}," * 99_999), "missing_field"),
}  # fmt: skip
MISSHAPEN = {
    "empty array": (b"[]", "wrong_type"),
    "bare array of alerts": (b'[{"labels": {"alertname": "x"}}]', "wrong_type"),
    "empty object": (b"{}", "missing_field"),
    "alerts null": (b'{"alerts": null}', "wrong_type"),
    "alerts an object": (b'{"alerts": {}}', "wrong_type"),
    "alerts a text": (b'{"alerts": "x"}', "wrong_type"),
    "alerts a number": (b'{"alerts": 7}', "wrong_type"),
    "alerts misspelt": (b'{"Alerts": [{"labels": {"alertname": "x"}}]}', "missing_field"),
}
PLAIN = {
    "empty array": (b"[]", "no_alerts"),
    "empty object": (b"{}", "missing_field"),
    "alerts null": (b'{"alerts": null}', "missing_field"),
    "title null": (b'{"title": null}', "missing_field"),
    "title empty": (b'{"title": ""}', "missing_field"),
    "title a number": (b'{"title": 7}', "wrong_type"),
}
CASES = [
    *[pytest.param(door, *UNSOUND[name], id=f"{door}: {name}") for door in DOORS for name in UNSOUND],
    *[pytest.param(door, *MISSHAPEN[name], id=f"{door}: {name}") for door in LABELLED for name in MISSHAPEN],
    *[pytest.param("generic", *PLAIN[name], id=f"generic: {name}") for name in PLAIN],
]


@pytest.mark.parametrize(("door", "body", "code"), CASES)
async def test_a_bad_body_is_refused_with_its_code_and_stores_nothing(
    client: httpx.AsyncClient, stored: Stored, door: str, body: bytes, code: str
) -> None:
    answer = await client.post(f"/webhooks/{door}", content=body)
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert (error["code"], error["status"]) == (code, 400)
    assert error["message"]
    assert await stored() == []


@pytest.mark.parametrize("door", DOORS)
def test_each_door_meets_at_least_forty_bad_bodies(door: str) -> None:
    assert sum(case.values[0] == door for case in CASES) >= 40
