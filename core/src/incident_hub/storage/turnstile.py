"""Writers of one SQLite file, threads and processes alike, take turns.

For SQLite's own lock one polls with growing pauses: beside a writer that is always busy another one
finds it free by luck only. Here who waits for the turn holds the entry, and whoever comes next, the
last writer included, has to get in behind it. The lock files say nothing and may be deleted: they only
make it fair, what keeps writers apart is still SQLite. A process that dies lets go of both.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on Windows: there SQLite's lock has to do
    fcntl = None  # type: ignore[assignment]

__all__ = ["TurnError", "Turnstile"]

_PATIENCE = 30.0  # seconds; as long as SQLite is told to wait
_PAUSE, _LONGEST = 0.0002, 0.002


class TurnError(Exception):
    """The turn did not come."""


class Turnstile:
    """`with turnstile.turn():` around a transaction; without lock files it lets everybody through."""

    def __init__(self, database: Path | None) -> None:
        self._locks: list[int] = []
        if database is None or fcntl is None:
            return
        try:
            for end in ("entry", "turn"):
                self._locks.append(os.open(f"{database}-{end}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644))
                fcntl.flock(self._locks[-1], fcntl.LOCK_UN)
        except OSError:  # a folder that cannot be written, a file system without such locks
            self.close()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn, and have it until the block ends. Raises `TurnError` after 30 seconds."""
        if not self._locks:
            yield
            return
        entry, turn = self._locks
        deadline = time.monotonic() + _PATIENCE
        _lock(entry, deadline)
        try:
            _lock(turn, deadline)
        finally:
            fcntl.flock(entry, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(turn, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the files."""
        while self._locks:
            os.close(self._locks.pop())


def _lock(file: int, deadline: float) -> None:
    """Polled, so that a writer that was stopped in its turn does not stop all the others for good."""
    pause = _PAUSE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise TurnError("another process has been writing for too long") from None
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST)
        else:
            return
