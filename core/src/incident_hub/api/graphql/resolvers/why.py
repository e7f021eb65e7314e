"""The answer to "why?", in one sentence, from what plugins and sources said."""

from dataclasses import dataclass
from typing import Any

import orjson
import strawberry

from incident_hub.api.graphql.context import Info
from incident_hub.storage.reading.rows import FindingRow, IncidentRow

__all__ = ["Suggestion", "group_reason", "severity_reason", "suggested_severity"]

_Incident = strawberry.Parent[IncidentRow]


async def severity_reason(root: _Incident, info: Info) -> str:
    """The most confident classifier that says this severity, else the sources, else the default."""
    findings = await info.context.loaders.findings(root.id)
    agreeing = [f for f in findings if f.error is None and _value(f).get("severity") == root.severity]
    if agreeing:
        best = max(agreeing, key=_confidence)
        reasons = _value(best).get("reasons") or []
        said = "; ".join(str(reason) for reason in reasons) or "no reason given"
        return f"{best.plugin} says {root.severity} (confidence {_confidence(best):.2f}): {said}"
    if root.reported_severity == root.severity:
        return f"{root.source} reported {root.severity}"
    return (
        f"{root.severity}: set by a person or by default; sources reported {root.reported_severity or 'none'}"
    )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The most confident classifier's word on severity."""

    severity: str
    confidence: float
    plugin: str
    reasons: list[str]


async def suggested_severity(root: _Incident, info: Info) -> Suggestion | None:
    """What the most confident classifier says, whether it counted or not."""
    findings = await info.context.loaders.findings(root.id)
    said = [f for f in findings if f.error is None and f.stage == "classify" and _value(f).get("severity")]
    if not said:
        return None
    best = max(said, key=_confidence)
    value = _value(best)
    reasons = [str(reason) for reason in value.get("reasons") or []]
    return Suggestion(str(value["severity"]), _confidence(best), best.plugin, reasons)


async def group_reason(root: _Incident, info: Info) -> str | None:
    """The best link between this incident and its group."""
    if root.group_id is None:
        return None
    links = await info.context.loaders.links(root.group_id)
    mine = [link for link in links if root.id in (link.incident_id, link.other_id)]
    if not mine:
        return "no link says why"
    best = max(mine, key=lambda link: float(link.score))
    return f"{best.plugin} (score {float(best.score):.2f}): {best.reason}"


def _value(finding: FindingRow) -> dict[str, Any]:
    value = orjson.loads(finding.value) if finding.value else None
    return value if isinstance(value, dict) else {}


def _confidence(finding: FindingRow) -> float:
    try:
        return float(finding.confidence or 0)
    except ValueError:
        return 0.0
