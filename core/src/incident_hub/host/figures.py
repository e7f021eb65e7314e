"""How calls have gone: how many, how many of them badly, and how long the latest took."""

from collections import deque
from dataclasses import dataclass, field
from math import ceil

__all__ = ["CallFigures"]

REMEMBERED_CALLS = 512


@dataclass(slots=True, kw_only=True)
class CallFigures:
    """Counts since the start; durations of the latest calls only."""

    calls: int = 0
    errors: int = 0
    _seconds: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED_CALLS), repr=False)

    def count(self, seconds: float, *, failed: bool) -> None:
        """Note one finished call."""
        self.calls += 1
        self.errors += failed
        self._seconds.append(seconds)

    @property
    def p50(self) -> float:
        """The median duration of the latest calls, in seconds."""
        return self._quantile(0.5)

    @property
    def p95(self) -> float:
        """What 95 of 100 of the latest calls stayed within, in seconds."""
        return self._quantile(0.95)

    def _quantile(self, share: float) -> float:
        ordered = sorted(self._seconds)
        return ordered[ceil(share * len(ordered)) - 1] if ordered else 0.0
