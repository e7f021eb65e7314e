"""Whether a classifier's word on severity counts, or is a suggestion."""

from dataclasses import dataclass

from incident_hub_hookspecs import Severity

from incident_hub.host.config import SeverityConfig

__all__ = ["Prediction", "counts"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """The most confident word on one incident."""

    severity: Severity
    confidence: float


def counts(said: Prediction, reported: Severity | None, policy: SeverityConfig) -> bool:
    """What the source left open is decided by anyone sure enough; what it named only as policy says."""
    if said.confidence < policy.confidence_threshold:
        return False
    if reported is None or policy.reported == "replace":
        return True
    return policy.reported == "raise" and said.severity.worse_than(reported)
