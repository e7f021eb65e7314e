"""Keyset pages: a cursor holds where a page ended, so page 1,000 costs what page 1 does."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import Column, ColumnElement, Select, select, tuple_, union_all

__all__ = [
    "BadCursorError",
    "Page",
    "PageRequest",
    "decode_cursor",
    "encode_cursor",
    "keyset",
    "merged",
    "page_of",
]

Row = TypeVar("Row")
Key = tuple[int | str, ...]
_LONGEST = 400
_INT64 = 2**63


class BadCursorError(ValueError):
    """The cursor was not made by this hub, or for another order."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`size` rows after one key, or, going `backward`, before it. `name` is the order the key belongs to."""

    name: str
    size: int
    key: Key | None = None
    backward: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in reading order, and whether there are more on either side."""

    rows: list[Row]
    has_next: bool
    has_previous: bool


def encode_cursor(name: str, key: Key) -> str:
    """An opaque cursor for the row with this key."""
    return urlsafe_b64encode(orjson.dumps([name, *key])).decode().rstrip("=")


def decode_cursor(name: str, cursor: str, kinds: tuple[type, ...]) -> Key:
    """The key, or `BadCursorError`: of other length or types, of another order, or no cursor at all."""
    try:
        if len(cursor) > _LONGEST:
            raise ValueError("too long")
        found = orjson.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        owner, *key = found
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadCursorError("the cursor is not one that this hub gave out") from error
    if owner != name:
        raise BadCursorError(f"the cursor belongs to another order than {name}")
    if len(key) != len(kinds) or any(not _sound(v, k) for v, k in zip(key, kinds, strict=True)):
        raise BadCursorError("the cursor is not one that this hub gave out")
    return tuple(key)


def _sound(value: object, kind: type) -> bool:
    if isinstance(value, str):
        return kind is str and "\0" not in value
    return type(value) is kind and isinstance(value, int) and -_INT64 <= value < _INT64


def keyset(
    query: Select[Any], columns: tuple[Column[Any], ...], request: PageRequest, *, descending: bool
) -> Select[Any]:
    """Order by the columns, start after the key, take one row more than asked to know whether more follow."""
    down = descending != request.backward
    if request.key is not None:
        query = query.where(_beyond(columns, request.key, down=down))
    return query.order_by(*_ordered(columns, down=down)).limit(request.size + 1)


def merged(
    query: Select[Any],
    branches: Sequence[Select[Any]],
    columns: tuple[Column[Any], ...],
    request: PageRequest,
    *,
    descending: bool,
) -> Select[Any]:
    """The same for rows that are in one of the branches, which select the columns; the last is the row's id.

    An index may hold each branch in order, and not what several of them hold together: a page takes one
    page of each.
    """
    parts = [select(keyset(one, columns, request, descending=descending).subquery()) for one in branches]
    found = union_all(*parts).subquery()
    down = descending != request.backward
    order = _ordered(tuple(found.c), down=down)
    first = select(found.c[columns[-1].name]).order_by(*order).limit(request.size + 1)
    return query.where(columns[-1].in_(first)).order_by(*_ordered(columns, down=down))


def _ordered(columns: Sequence[ColumnElement[Any]], *, down: bool) -> list[ColumnElement[Any]]:
    return [column.desc() if down else column.asc() for column in columns]


def _beyond(columns: tuple[Column[Any], ...], key: Key, *, down: bool) -> ColumnElement[bool]:
    if len(columns) == 1:
        return columns[0] < key[0] if down else columns[0] > key[0]
    left, right = tuple_(*columns), tuple_(*key)
    return left < right if down else left > right


def page_of(rows: list[Row], request: PageRequest) -> Page[Row]:
    """The page from up to `size + 1` rows, turned round when it was read backward."""
    more, rows, inside = len(rows) > request.size, rows[: request.size], request.key is not None
    if request.backward:
        return Page(rows[::-1], has_next=inside, has_previous=more)
    return Page(rows, has_next=more, has_previous=inside)
