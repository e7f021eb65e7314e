"""How well groups meet causes: over pairs of incidents, and by the adjusted Rand index (Hubert and Arabie, 1985)."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import comb

__all__ = ["Score", "score"]


@dataclass(frozen=True, slots=True)
class Score:
    """Each in [0, 1], the Rand index down to -1. Without any pair to find, finding none is perfect."""

    precision: float
    recall: float
    f1: float
    rand: float


def score(found: Sequence[Hashable], true: Sequence[Hashable]) -> Score:
    """Compare two labellings of the same incidents."""
    pairs = sum(comb(n, 2) for n in Counter(zip(found, true, strict=True)).values())
    claimed = sum(comb(n, 2) for n in Counter(found).values())
    wanted = sum(comb(n, 2) for n in Counter(true).values())
    precision = pairs / claimed if claimed else 1.0
    recall = pairs / wanted if wanted else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    expected = claimed * wanted / comb(len(true), 2) if len(true) > 1 else 0.0
    most = (claimed + wanted) / 2
    return Score(precision, recall, f1, (pairs - expected) / (most - expected) if most != expected else 1.0)
