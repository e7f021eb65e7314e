"""How much each lesson weighs: nobody's lessons more than a share of a severity's, new ones more than old.

A person who corrects a thousand incidents, by mistake or on purpose, so moves the model as little as one
who has the same share of a severity.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from incident_hub_classifier_model.sample import PROJECT, Sample

__all__ = ["PROJECT_WEIGHT", "balanced", "capped", "faded"]

PROJECT_WEIGHT = 0.3  # of an example that ships with the model, beside a lesson of one's own
BALANCE = 0.7  # 0 leaves rare severities rare, 1 makes all alike


def capped(samples: Sequence[Sample], share: float) -> list[float]:
    """What each weighs; of a person with more than `share` of a severity only the newest, 0 for the others."""
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for one in samples:
        held[one.severity][one.actor] += 1
    limits = {severity: _limits(counts, share) for severity, counts in held.items()}
    weights = [0.0] * len(samples)
    for at in sorted(range(len(samples)), key=lambda at: samples[at].number, reverse=True):
        limit = limits[samples[at].severity][samples[at].actor]
        if limit.lessons > 0:
            weights[at] = limit.weight
            limit.lessons -= 1
    return weights


@dataclass(slots=True)
class _Limit:
    """So many lessons of a person, and what each of them weighs."""

    lessons: int
    weight: float


def _limits(counts: Counter[str], share: float) -> dict[str, _Limit]:
    """The largest come down to what they may hold beside all that are smaller, and the project.

    Their lessons are as many as those of all these at most: trees draw lessons by number, not by weight.
    """
    limits = {PROJECT: _Limit(counts[PROJECT], PROJECT_WEIGHT)}
    below, lessons = counts[PROJECT] * PROJECT_WEIGHT, counts[PROJECT]
    for number, actor in sorted((number, actor) for actor, number in counts.items() if actor != PROJECT):
        kept = min(number, max(1, lessons))
        weight = min(1.0, max(1.0, below * share / (1 - share)) / kept)
        limits[actor] = _Limit(kept, weight)
        below, lessons = below + kept * weight, lessons + kept
    return limits


def faded(samples: Sequence[Sample], half_life_days: float) -> list[float]:
    """A lesson counts half when a newer one is `half_life_days` younger; the project's do not age."""
    newest = max((one.example.at for one in samples if one.actor != PROJECT), default=None)
    if newest is None:
        return [1.0] * len(samples)
    return [
        1.0
        if one.actor == PROJECT
        else 0.5 ** ((newest - one.example.at).total_seconds() / 86400 / half_life_days)
        for one in samples
    ]


def balanced(samples: Sequence[Sample], weights: Sequence[float]) -> list[float]:
    """Rare severities weigh nearly as much as common ones."""
    total: defaultdict[str, float] = defaultdict(float)
    for one, weight in zip(samples, weights, strict=True):
        total[one.severity] += weight
    each = sum(weights) / len(total)
    scales = {severity: (each / weight) ** BALANCE for severity, weight in total.items()}
    return [weight * scales[one.severity] for one, weight in zip(samples, weights, strict=True)]
