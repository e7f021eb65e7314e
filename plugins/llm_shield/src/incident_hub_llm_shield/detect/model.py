"""The trained model: a linear one over hashed features. Its file is JSON, and holds nothing that runs."""

import base64
import json
from array import array
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import exp, sqrt
from typing import Self

from incident_hub_llm_shield.detect.features import DIMENSION, features

__all__ = ["Model", "shipped_model"]

MODEL_FILE = "model.json"


@dataclass(frozen=True, slots=True)
class Model:
    """Weights as signed bytes; `scale` makes them numbers."""

    name: str
    weights: "array[int]"
    scale: float
    bias: float

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what tools/train.py wrote; raises `ValueError` for anything else."""
        told = json.loads(text)
        weights = array("b", base64.b64decode(told["weights"], validate=True))
        if len(weights) != DIMENSION:
            raise ValueError(f"the model has {len(weights)} weights, this program needs {DIMENSION}")
        return cls(str(told["name"]), weights, float(told["scale"]), float(told["bias"]))

    def logit(self, text: str) -> float:
        """How much more likely an attack than not, as a logarithm of odds."""
        found = features(text)
        if not found:
            return self.bias
        weights = self.weights
        return self.bias + self.scale * sum(weights[place] for place in found) / sqrt(len(found))

    def probability(self, text: str) -> float:
        """The chance that the text is an attack."""
        return 1.0 / (1.0 + exp(-self.logit(text)))


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """The one in this package, read once."""
    return Model.from_json((files(__package__) / MODEL_FILE).read_text(encoding="utf-8"))
