"""Makes a model of lessons, and judges it on later ones. Import only where a model is trained.

Confidence is calibrated on lessons that the judged fit has not seen: three folds in the order of time.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from incident_hub_classifier_model.ensemble import Floats, fit_ensemble
from incident_hub_classifier_model.model import Model, sharpened
from incident_hub_classifier_model.reading import Reading, read
from incident_hub_classifier_model.sample import PROJECT, Sample
from incident_hub_classifier_model.weights import balanced, capped, faded

__all__ = ["Recipe", "train"]

FOLDS = 3
LEAST_PEOPLE = 3
SHARPNESS = tuple(round(0.4 + 0.1 * step, 1) for step in range(27))


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a model depends on beside its lessons."""

    person_share: float = 0.25
    half_life_days: float = 720.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class _Lessons:
    """The lessons as the ensemble takes them."""

    samples: Sequence[Sample]
    readings: Sequence[Reading]
    weights: Sequence[float]
    familiar: frozenset[str]

    def part(self, places: Sequence[int]) -> "_Lessons":
        return _Lessons(
            [self.samples[at] for at in places],
            [self.readings[at] for at in places],
            [self.weights[at] for at in places],
            self.familiar,
        )


def train(samples: Sequence[Sample], recipe: Recipe) -> Model:
    """Fit and calibrate; ValueError when the lessons name fewer than two severities."""
    if len({one.severity for one in samples}) < 2:
        raise ValueError("a model needs lessons of two severities at least")
    ordered = sorted(samples, key=lambda one: (one.example.at, one.incident_id, one.number))
    caps, ages = capped(ordered, recipe.person_share), faded(ordered, recipe.half_life_days)
    kept = [(one, cap * age) for one, cap, age in zip(ordered, caps, ages, strict=True) if cap]
    readings = [read(one.example) for one, _ in kept]
    taught = [one for one, _ in kept]
    lessons = _Lessons(taught, readings, [weight for _, weight in kept], _familiar(taught, readings))
    with threadpool_limits(1):  # in the background of a hub that has other things to do
        return _fit(lessons, recipe, _calibrate(lessons, recipe))


def _familiar(samples: Sequence[Sample], readings: Sequence[Reading]) -> frozenset[str]:
    """Sources, models and parts that several people taught about: one alone gives none of them a name."""
    people: defaultdict[str, set[str]] = defaultdict(set)
    for one, reading in zip(samples, readings, strict=True):
        for name in reading.identity if one.actor != PROJECT else ():
            people[name].add(one.actor)
    return frozenset(name for name, actors in people.items() if len(actors) >= LEAST_PEOPLE)


def _fit(lessons: _Lessons, recipe: Recipe, sharpness: float = 1.0) -> Model:
    truth = [one.severity for one in lessons.samples]
    weights = balanced(lessons.samples, lessons.weights)
    return Model(fit_ensemble(lessons.readings, truth, weights, recipe.seed, lessons.familiar), sharpness)


def _calibrate(lessons: _Lessons, recipe: Recipe) -> float:
    """The sharpness with the least loss on lessons outside of each fold's fit."""
    folds = [range(start, len(lessons.samples), FOLDS) for start in range(FOLDS)]
    losses = np.zeros(len(SHARPNESS))
    for fold in folds:
        held = set(fold)
        rest = lessons.part([at for at in range(len(lessons.samples)) if at not in held])
        if len({one.severity for one in rest.samples}) < 2:
            return 1.0
        losses += _losses(_fit(rest, recipe), lessons.part(fold))
    return SHARPNESS[int(losses.argmin())]


def _losses(model: Model, held: _Lessons) -> Floats:
    places = {name: place for place, name in enumerate(model.ensemble.classes)}
    known = [at for at, one in enumerate(held.samples) if one.severity in places]
    if not known:
        return np.zeros(len(SHARPNESS))
    held = held.part(known)
    chances = model.ensemble.probabilities(held.readings)
    right = [places[one.severity] for one in held.samples]
    weights = np.asarray(held.weights)
    rows = np.arange(len(right))
    return np.array(
        [-(weights * np.log(sharpened(chances, power)[rows, right])).sum() for power in SHARPNESS]
    )
