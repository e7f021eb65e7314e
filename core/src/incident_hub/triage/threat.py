"""Reading back what an enricher said of a threat: `data["threat"]`, by the field names of the contract's types."""

from dataclasses import fields
from typing import Any

from incident_hub_hookspecs.llm import (
    MitigationPlan,
    MitigationStep,
    Provenance,
    RiskAssessment,
    RiskFactor,
    SecurityAnalysis,
)

__all__ = ["threat_of"]

_INSIDE = {"provenance": Provenance, "factors": RiskFactor, "steps": MitigationStep}


def threat_of(value: object) -> tuple[SecurityAnalysis, RiskAssessment, MitigationPlan] | None:
    """Analysis, risk and plan of an enrichment; None when it holds none that can be read."""
    try:
        told: Any = value
        threat = told["data"]["threat"]
        return (
            _read(SecurityAnalysis, threat["analysis"]),
            _read(RiskAssessment, threat["risk"]),
            _read(MitigationPlan, threat["plan"]),
        )
    except (LookupError, TypeError):
        return None


def _read(kind: type[Any], told: Any) -> Any:  # noqa: ANN401 - JSON in, a contract type out
    """Fields that this version does not know are left out."""
    return kind(**{one.name: _part(one.name, told[one.name]) for one in fields(kind) if one.name in told})


def _part(name: str, told: Any) -> Any:  # noqa: ANN401
    kind = _INSIDE.get(name)
    if kind is None:
        return told
    return tuple(_read(kind, one) for one in told) if isinstance(told, list) else _read(kind, told)
