"""How dangerous several events are together."""

from collections import Counter
from collections.abc import Sequence
from math import log2, prod

from incident_hub_hookspecs import Provenance
from incident_hub_hookspecs.llm import RiskAssessment, RiskFactor, SecurityAnalysis, SecurityEvent

from incident_hub_llm_shield.local.mitigation import first_steps
from incident_hub_llm_shield.local.threats import SEVERITIES, analyse

__all__ = ["assess", "level_of"]

_IMPACT = {"low": 0.25, "medium": 0.5, "high": 0.75, "critical": 0.95}
_UNSAID_IMPACT = 0.6
_LEVELS = ((0.8, "critical"), (0.6, "high"), (0.35, "medium"), (0.0, "low"))
_BURST_SECONDS = 600.0


def assess(events: Sequence[SecurityEvent], by: Provenance) -> RiskAssessment:
    """The worst event sets the score; many, fast, or on many systems raise it."""
    if not events:
        return RiskAssessment("low", 0.0, by)
    analyses = [analyse(event, by) for event in events]
    factors = [*_severity(events, analyses), *_crowd(events), *_spread(analyses)]
    score = round(1.0 - prod(1.0 - one.impact * one.likelihood for one in factors), 4)
    threats = Counter(one.threat_type for one in analyses if one.threat_type)
    advice = [step for threat, _ in threats.most_common(3) for step in first_steps(threat)]
    return RiskAssessment(level_of(score), score, by, tuple(factors), tuple(dict.fromkeys(advice)))


def level_of(score: float) -> str:
    """The word for a score."""
    return next(word for least, word in _LEVELS if score >= least)


def _severity(events: Sequence[SecurityEvent], analyses: Sequence[SecurityAnalysis]) -> list[RiskFactor]:
    impacts = [_IMPACT[one.severity] for one in analyses]
    worst = max(range(len(events)), key=impacts.__getitem__)
    threat = analyses[worst].threat_type.replace("_", " ") or "a threat of unknown type"
    certain = max(analyses[worst].confidence, 0.6)
    found = [
        RiskFactor("severity", f"the worst is {analyses[worst].severity}: {threat}", impacts[worst], certain)
    ]
    unsaid = sum(event.severity.lower() not in SEVERITIES for event in events)
    if unsaid:
        share = unsaid / len(events)
        found.append(
            RiskFactor("unknown_severity", f"{unsaid} events name none", _UNSAID_IMPACT, 0.3 * share)
        )
    return found


def _crowd(events: Sequence[SecurityEvent]) -> list[RiskFactor]:
    if len(events) < 2:
        return []
    times = [event.at for event in events]
    seconds = (max(times) - min(times)).total_seconds()
    fast = "fast_burst" if seconds <= _BURST_SECONDS else "repetition"
    text = f"{len(events)} events within {seconds:.0f} s"
    return [RiskFactor(fast, text, 0.5 if fast == "fast_burst" else 0.3, min(1.0, log2(len(events)) / 5))]


def _spread(analyses: Sequence[SecurityAnalysis]) -> list[RiskFactor]:
    systems = {system for one in analyses for system in one.affected_systems}
    types = {one.threat_type for one in analyses if one.threat_type}
    found = []
    if len(systems) > 1:
        found.append(
            RiskFactor("spread", f"{len(systems)} systems are touched", 0.4, min(1.0, len(systems) / 8))
        )
    if len(types) > 1:
        found.append(RiskFactor("combined_threats", ", ".join(sorted(types)), 0.4, min(1.0, len(types) / 4)))
    return found
