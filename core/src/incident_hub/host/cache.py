"""A plugin's own cache: bounded, with a time to live, and one load for all who ask at once."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TypeVar, cast

__all__ = ["PluginCache"]

T = TypeVar("T")
MOST_ENTRIES = 10_000


class PluginCache:
    """The contract's `Cache`. When it is full, what was used least recently goes."""

    __slots__ = ("_entries", "_loading", "_most", "_now")

    def __init__(self, most: int = MOST_ENTRIES, now: Callable[[], float] = monotonic) -> None:
        self._entries: OrderedDict[str, tuple[float, object]] = OrderedDict()
        self._loading: dict[str, asyncio.Task[object]] = {}
        self._most, self._now = most, now

    def get(self, key: str) -> object | None:
        """The value, or None when there is none or its time is over."""
        found = self._entries.get(key)
        if found is None:
            return None
        if found[0] <= self._now():
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return found[1]

    def put(self, key: str, value: object, ttl_seconds: float) -> None:
        """Keep a value for so many seconds, at most."""
        self._entries[key] = (self._now() + ttl_seconds, value)
        self._entries.move_to_end(key)
        if len(self._entries) > self._most:
            self._entries.popitem(last=False)

    def forget(self, key: str) -> None:
        """Drop the value, if there is one."""
        self._entries.pop(key, None)

    async def get_or_load(self, key: str, load: Callable[[], Awaitable[T]], ttl_seconds: float) -> T:
        """The value, else what `load` answers; callers who come together wait for one `load`.

        The load goes on when one caller is cancelled, for the others may still want it.
        """
        found = self.get(key)
        if found is not None:
            return cast("T", found)
        task = self._loading.get(key)
        if task is None:
            task = self._loading[key] = asyncio.ensure_future(self._load(key, load, ttl_seconds))
            task.add_done_callback(lambda done: self._loaded(key, done))
        return cast("T", await asyncio.shield(task))

    async def _load(self, key: str, load: Callable[[], Awaitable[T]], ttl_seconds: float) -> T:
        value = await load()
        self.put(key, value, ttl_seconds)
        return value

    def _loaded(self, key: str, done: "asyncio.Task[object]") -> None:
        self._loading.pop(key, None)
        if not done.cancelled():
            done.exception()  # read, for a caller who has gone must not leave a warning behind
