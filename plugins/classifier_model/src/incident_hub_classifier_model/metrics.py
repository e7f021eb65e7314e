"""How good predictions were: F1 by severity and in all, and whether confidence means what it says."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["ClassMetrics", "Metrics", "measure"]

BINS = 10


@dataclass(frozen=True, slots=True)
class ClassMetrics:
    """Of one severity. `support` is the weight of the lessons that had it."""

    severity: str
    precision: float
    recall: float
    f1: float
    support: float


@dataclass(frozen=True, slots=True)
class Metrics:
    """`ece` is the expected calibration error over ten bins; `count` the lessons that were judged."""

    macro_f1: float
    accuracy: float
    ece: float
    count: int
    classes: tuple[ClassMetrics, ...]

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Metrics":
        """As it was stored."""
        classes = tuple(ClassMetrics(**one) for one in told["classes"])
        return cls(told["macro_f1"], told["accuracy"], told["ece"], told["count"], classes)


def measure(
    truth: Sequence[str],
    said: Sequence[str],
    confidence: Sequence[float],
    weights: Sequence[float] | None = None,
) -> Metrics:
    """Compare; a severity counts in the mean when it was right or said at least once."""
    weights = weights or [1.0] * len(truth)
    rows = list(zip(truth, said, weights, strict=True))
    classes = tuple(_of_class(name, rows) for name in sorted({*truth, *said}))
    total = sum(weights) or 1.0
    hits = [weight if right == told else 0.0 for right, told, weight in rows]
    macro = sum(one.f1 for one in classes) / max(1, len(classes))
    return Metrics(macro, sum(hits) / total, _ece(hits, confidence, weights), len(rows), classes)


def _of_class(name: str, rows: Sequence[tuple[str, str, float]]) -> ClassMetrics:
    support = sum(weight for right, _, weight in rows if right == name)
    told = sum(weight for _, said, weight in rows if said == name)
    both = sum(weight for right, said, weight in rows if right == said == name)
    precision, recall = both / told if told else 0.0, both / support if support else 0.0
    f1 = 2 * both / (support + told) if support + told else 0.0
    return ClassMetrics(name, precision, recall, f1, support)


def _ece(hits: Sequence[float], confidence: Sequence[float], weights: Sequence[float]) -> float:
    """The mean distance between how sure and how right, over bins of equal width."""
    bins: list[list[float]] = [[0.0, 0.0] for _ in range(BINS)]
    for hit, sure, weight in zip(hits, confidence, weights, strict=True):
        place = bins[min(BINS - 1, int(sure * BINS))]
        place[0] += sure * weight
        place[1] += hit
    return sum(abs(sure - right) for sure, right in bins) / (sum(weights) or 1.0)
