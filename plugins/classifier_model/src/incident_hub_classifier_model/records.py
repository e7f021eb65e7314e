"""What is kept of a version beside its blob."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from incident_hub_classifier_model.metrics import Metrics

__all__ = ["BOOTSTRAP", "Provenance", "Version", "moment_text"]

BOOTSTRAP = "bootstrap"  # the id of the first version


def moment_text(at: datetime) -> str:
    """As times are stored: texts of one length, which sort as the times do."""
    return at.isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a version was trained on. `last_lesson` is the number of the newest lesson that it may have seen.

    `lessons` counts those of people, `examples` those that ship with the model; `first` and `last` are the
    span of the lessons, as ISO 8601, empty without any; `sha256` is over all of them in order.
    """

    lessons: int
    examples: int
    people: int
    first: str
    last: str
    sha256: str
    last_lesson: int

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Version:
    """A version; `number` rises with each. `metrics` are of its recipe on lessons that it had not seen."""

    id: str
    number: int
    created_at: datetime
    made_by: str
    trained_on: Provenance
    metrics: Metrics
    promoted_by: str = ""
    promoted_at: datetime | None = None
    serving: bool = False
