"""Page arguments: checked once, alike for every list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from incident_hub.api.graphql.errors import bad_input
from incident_hub.storage.reading.keyset import Key, Page, PageRequest, decode_cursor, encode_cursor

__all__ = ["LARGEST", "PAGE", "EdgeOf", "PageOf", "event_cursor", "page_request", "page_size", "shown_page"]

LARGEST = 100
PAGE = 20
T = TypeVar("T")
_MOST_DIGITS = 18


def page_size(size: int | None, name: str = "first") -> int:
    """The size asked for, 1 to 100."""
    if size is None:
        return PAGE
    if not 1 <= size <= LARGEST:
        raise bad_input(f"{name} must be between 1 and {LARGEST}")
    return size


def page_request(
    name: str,
    kinds: tuple[type, ...],
    first: int | None,
    after: str | None,
    last: int | None = None,
    before: str | None = None,
) -> PageRequest:
    """Either `first` and `after`, or `last` and `before`."""
    backward = last is not None or before is not None
    if backward and (first is not None or after is not None):
        raise bad_input("use either first and after, or last and before")
    cursor = before if backward else after
    size = page_size(last, "last") if backward else page_size(first)
    key = None if cursor is None else decode_cursor(name, cursor, kinds)
    return PageRequest(name, size, key, backward)


def event_cursor(cursor: str | None) -> int | None:
    """The number in a cursor of the timeline."""
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= _MOST_DIGITS):
        raise bad_input("the cursor is not one of the timeline: it is a whole number as text")
    return int(cursor)


@dataclass(frozen=True, slots=True)
class EdgeOf(Generic[T]):
    """A row and where it stands."""

    cursor: str
    node: T


@dataclass(frozen=True, slots=True)
class PageOf(Generic[T]):
    """A page as a connection shows it; cursors are made when somebody asks for them."""

    page: Page[T]
    cursor_of: Callable[[T], str]
    total: Callable[[], Any] | None = None

    @property
    def nodes(self) -> Sequence[T]:
        """The rows."""
        return self.page.rows

    @property
    def edges(self) -> list[EdgeOf[T]]:
        """The rows with their cursors."""
        return [EdgeOf(self.cursor_of(row), row) for row in self.page.rows]

    @property
    def page_info(self) -> "PageOf[T]":
        """The page says it itself."""
        return self

    @property
    def has_next_page(self) -> bool:
        """Whether more rows follow."""
        return self.page.has_next

    @property
    def has_previous_page(self) -> bool:
        """Whether rows come before."""
        return self.page.has_previous

    @property
    def start_cursor(self) -> str | None:
        """Where the page starts."""
        return self.cursor_of(self.page.rows[0]) if self.page.rows else None

    @property
    def end_cursor(self) -> str | None:
        """Where the page ends."""
        return self.cursor_of(self.page.rows[-1]) if self.page.rows else None


def shown_page(
    page: Page[T], name: str, key: Callable[[T], Key], total: Callable[[], Any] | None = None
) -> PageOf[T]:
    """The page, with opaque cursors of the named order."""
    return PageOf(page, lambda row: encode_cursor(name, key(row)), total)
