"""How calls have gone: how many, how many of them badly, and how long the latest took."""

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

__all__ = ["BOUNDS", "CallFigures"]

REMEMBERED_CALLS = 512
BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(slots=True, kw_only=True)
class CallFigures:
    """Counts since the start; quantiles of the latest calls only. `seconds` is the sum of all durations."""

    calls: int = 0
    errors: int = 0
    seconds: float = 0.0
    _latest: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED_CALLS), repr=False)
    _spread: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1), repr=False)

    def count(self, seconds: float, *, failed: bool) -> None:
        """Note one finished call."""
        self.calls += 1
        self.errors += failed
        self.seconds += seconds
        self._latest.append(seconds)
        self._spread[bisect_left(BOUNDS, seconds)] += 1

    @property
    def spread(self) -> Sequence[int]:
        """How many calls took at most the bound of that place and more than the one before; the last is the rest."""
        return tuple(self._spread)

    @property
    def p50(self) -> float:
        """The median duration of the latest calls, in seconds."""
        return self._quantile(0.5)

    @property
    def p95(self) -> float:
        """What 95 of 100 of the latest calls stayed within, in seconds."""
        return self._quantile(0.95)

    def _quantile(self, share: float) -> float:
        ordered = sorted(self._latest)
        return ordered[ceil(share * len(ordered)) - 1] if ordered else 0.0
