"""A trained model that answers about examples: the ensemble, its calibration, and why it says what it says.

Import this module only where a model is used; it loads scikit-learn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from incident_hub_classifier_model.ensemble import Ensemble, Floats
from incident_hub_classifier_model.example import Example
from incident_hub_classifier_model.metrics import Metrics, measure
from incident_hub_classifier_model.reading import Reading, read
from incident_hub_classifier_model.reasons import reason
from incident_hub_classifier_model.sample import Sample

__all__ = ["Model", "Opinion", "sharpened"]

LEAST_KNOWN = 0.3  # of the words; with fewer, and no concept, nothing alike was ever seen


@dataclass(frozen=True, slots=True)
class Opinion:
    """A severity, how sure, and why."""

    severity: str
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Model:
    """`sharpness` makes the confidence mean what it says: above 1 it was too small, below 1 too great."""

    ensemble: Ensemble
    sharpness: float

    def opinions(self, examples: Sequence[Example]) -> list[Opinion | None]:
        """One answer an example, in order; None where nothing alike was ever seen."""
        if not examples:
            return []
        readings = [read(one) for one in examples]
        chances = self.probabilities(readings)
        best = chances.argmax(axis=1).tolist()
        sure = chances.max(axis=1).tolist()
        classes = self.ensemble.classes
        return [
            Opinion(classes[place], confidence, reason(one)) if self._knows(one) else None
            for one, place, confidence in zip(readings, best, sure, strict=True)
        ]

    def probabilities(self, readings: Sequence[Reading]) -> Floats:
        """Calibrated; one row for each reading, in the order of the ensemble's classes."""
        return sharpened(self.ensemble.probabilities(readings), self.sharpness)

    def judge(self, samples: Sequence[Sample], weights: Sequence[float] | None = None) -> Metrics:
        """How good it is on lessons that it has not learnt."""
        if not samples:
            return measure([], [], [])
        chances = self.probabilities([read(one.example) for one in samples])
        said = [self.ensemble.classes[place] for place in chances.argmax(axis=1)]
        return measure([one.severity for one in samples], said, chances.max(axis=1).tolist(), weights)

    def _knows(self, reading: Reading) -> bool:
        return bool(reading.concepts) or self.ensemble.lexicon.share(reading) >= LEAST_KNOWN


def sharpened(chances: Floats, sharpness: float) -> Floats:
    """Raised to a power, and to a sum of one again."""
    raised = np.maximum(chances, 1e-9) ** sharpness
    return raised / raised.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]
