"""What a plugin's process may take, and when it has taken so much that it should be replaced."""

import errno
import resource
import threading
from contextlib import suppress
from pathlib import Path
from time import monotonic

__all__ = ["Wear", "limit"]

DESCRIPTORS = 256
THREADS = 64
LOOK_SECONDS = 1.0
_OPEN = Path("/proc/self/fd") if Path("/proc/self/fd").is_dir() else Path("/dev/fd")


def limit(memory_mb: int) -> None:
    """Bound memory and descriptors for good; no core files; the first to go when the machine has no memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
    with suppress(ValueError, OSError):  # macOS knows the limit and does not take it
        resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


class Wear:
    """Looks, at most once a second, at what calls have left behind."""

    __slots__ = ("_next", "reason")

    def __init__(self) -> None:
        self.reason = ""
        self._next = 0.0

    def after(self, error: BaseException | None) -> str:
        """Why this process should be replaced, after a call that ended so; empty while it is sound."""
        if not self.reason and error is not None:
            self.reason = _exhaustion(error)
        if not self.reason and monotonic() >= self._next:
            self._next = monotonic() + LOOK_SECONDS
            self.reason = _left_behind()
        return self.reason


def _exhaustion(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "it used up its memory"
    if isinstance(error, OSError) and error.errno == errno.EMFILE:
        return "it used up its descriptors"
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return "it used up its memory"
    if isinstance(error, RuntimeError) and "can't start new thread" in str(error):
        return "it used up its threads"
    return ""


def _left_behind() -> str:
    if (threads := threading.active_count()) > THREADS:
        return f"it left {threads} threads behind"
    try:
        opened = sum(1 for _ in _OPEN.iterdir())
    except OSError:
        opened = DESCRIPTORS  # not even one is left to look with
    return f"it left {opened} descriptors open" if opened > DESCRIPTORS * 3 // 4 else ""
