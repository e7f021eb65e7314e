"""Writers of one SQLite file, threads and processes alike, take turns in the order in which they come.

SQLite's own lock is polled for with growing pauses: beside a writer that is always busy another one
finds it free by luck only. Here who waits holds the entry, and whoever comes next, the last writer
included, waits behind it. The lock files say nothing and may be deleted: they only make it fair, what
keeps writers apart is still SQLite. A process that dies lets go of both.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on Windows: there SQLite's lock has to do
    fcntl = None  # type: ignore[assignment]

__all__ = ["Turnstile"]


class Turnstile:
    """One of the two ends of a turn: `with turnstile.turn():` around a transaction."""

    def __init__(self, database: Path | None) -> None:
        names = [f"{database}-{end}" for end in ("entry", "turn")] if database and fcntl else []
        self._locks = [os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644) for name in names]

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn, and have it until the block ends."""
        if not self._locks:
            yield
            return
        entry, turn = self._locks
        fcntl.flock(entry, fcntl.LOCK_EX)
        fcntl.flock(turn, fcntl.LOCK_EX)
        fcntl.flock(entry, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(turn, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the files."""
        while self._locks:
            os.close(self._locks.pop())
