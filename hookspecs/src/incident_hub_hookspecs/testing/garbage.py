"""Bodies that no sender means, and sound bodies with one thing wrong in them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from incident_hub_hookspecs.testing.hostile import HOSTILE_TEXTS

__all__ = ["GARBAGE_BODIES", "mutations"]

GARBAGE_BODIES: Mapping[str, bytes] = MappingProxyType(
    {
        "empty": b"",
        "blanks": b" \r\n\t ",
        "null": b"null",
        "true": b"true",
        "number": b"42",
        "negative zero": b"-0",
        "text": b'"alerts"',
        "empty object": b"{}",
        "empty array": b"[]",
        "array of nothing": b"[null, null]",
        "array of arrays": b"[[[]], [{}]]",
        "array of texts": b'["a", "b"]',
        "alerts are nothing": b'{"alerts": null}',
        "alerts are text": b'{"alerts": "many"}',
        "alerts are an object": b'{"alerts": {"0": {}}}',
        "alerts are numbers": b'{"alerts": [1, 2.5, true]}',
        "cut off": b'{"alerts": [{"labels": {"alertname"',
        "two values": b"{} {}",
        "comment": b"/* json */ {}",
        "single quotes": b"{'title': 'x'}",
        "NaN": b'{"title": NaN}',
        "infinity": b'{"value": 1e999}',
        "long integer": b'{"id": ' + b"9" * 400 + b"}",
        "byte order mark": b"\xef\xbb\xbf{}",
        "UTF-16": '{"title": "x"}'.encode("utf-16"),
        "broken UTF-8": b'{"title": "\xff\xfe"}',
        "half a character": b'{"title": "\\ud800"}',
        "NUL": b'{"title": "\\u0000"}',
        "binary": bytes(range(256)) * 8,
        "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
        "form": b"payload=%7B%22title%22%3A%22x%22%7D&a=b",
        "multipart": b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
        "xml": b"<alert><title>x</title></alert>",
        "yaml": b"title: !!python/object/apply:os.system [id]\n",
        "deep": b'{"a":' * 500 + b"1" + b"}" * 500,
        "deep array": b"[" * 5000 + b"]" * 5000,
        "many keys": json.dumps({f"k{number}": number for number in range(20_000)}).encode(),
        "a megabyte of text": json.dumps("x" * 1_048_576).encode(),
        "key twice": b'{"title": 1, "title": [2]}',
    }
)
_WRONG: Sequence[object] = (
    None, True, 0, -1.5, 2**63, "", "x" * 100_000, [], {}, [None], {"": None}, [[{"a": []}]],
    "\u202e\x01\x1b[31m", "9999-99-99T99:99:99Z",
)  # fmt: skip


def mutations(example: bytes) -> Iterator[bytes]:
    """The example with each of its values left out, replaced by a wrong one, or made hostile.

    An example that is not JSON is cut short and has single bytes changed instead.
    """
    try:
        value = json.loads(example)
    except ValueError:
        yield from (example[:at] for at in range(0, len(example), max(1, len(example) // 50)))
        yield from (
            example[:at] + b"\xff" + example[at + 1 :]
            for at in range(0, len(example), max(1, len(example) // 50))
        )
        return
    texts = list(HOSTILE_TEXTS.values())
    for number, path in enumerate(_paths(value)):
        yield _encoded(_changed(value, path))
        wrong = [*_WRONG, texts[number % len(texts)]]
        yield from (_encoded(_changed(value, path, one)) for one in wrong)


_GONE = object()


def _paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value[:3])
        for key, one in members:
            yield (*path, key)
            yield from _paths(one, (*path, key))


def _changed(value: object, path: tuple[str | int, ...], new: object = _GONE) -> object:
    """A copy with another value at the path, or with none."""
    key, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)  # type: ignore[call-overload]
    if rest:
        copy[key] = _changed(copy[key], tuple(rest), new)
    elif new is _GONE:
        del copy[key]
    else:
        copy[key] = new
    return copy


def _encoded(value: object) -> bytes:
    return json.dumps(value).encode()
