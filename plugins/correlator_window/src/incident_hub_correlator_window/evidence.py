"""What two incidents have in common, and how much each of it weighs.

| evidence | weight |
|---|---|
| same fingerprint | 1.0 |
| same provider and model | 0.65 |
| same model / provider alone | 0.5 / 0.4 |
| same deployment, agent, tool, prompt version | 0.3 each |
| same tenant | 0.2 |
| shared label | 0.15 to 0.5, see `LABELS` |
| titles alike | 0.6 x Jaccard of their words, from 0.3 on |
| same source | 0.2 |

Weights combine as 1 - (1-a)(1-b)...: each adds less than its own, and no number of them exceeds 1.
"""

import re
from dataclasses import dataclass

from incident_hub_hookspecs import Incident

__all__ = ["Seen", "evidence", "seen"]

WORD = re.compile(r"[^\W_]+")
LABELS = {
    "service": 0.5, "pod": 0.4, "host": 0.4, "instance": 0.4, "node": 0.4, "job": 0.3, "cluster": 0.25,
    "namespace": 0.2, "zone": 0.2, "region": 0.15,
}  # fmt: skip
PARTS = (
    ("deployment", 0.3), ("agent", 0.3), ("tool", 0.3), ("prompt_version", 0.3), ("tenant", 0.2),
)  # fmt: skip
TITLE_WEIGHT = 0.6
TITLE_FROM = 0.3


@dataclass(frozen=True, slots=True)
class Seen:
    """An incident with what is compared worked out once, however many pairs it is in."""

    incident: Incident
    words: frozenset[str]
    marks: frozenset[tuple[str, str]]
    first: float
    last: float


def seen(incident: Incident) -> Seen:
    """Work out the words of the title and the marks: pairs of name and value that may be shared."""
    labels = incident.labels
    marks = [(name, labels[name]) for name in LABELS if labels.get(name)]
    marks += [(name, value) for name, _ in PARTS if (value := getattr(incident.llm, name))]
    return Seen(
        incident,
        frozenset(WORD.findall(incident.title.lower())),
        frozenset(marks),
        incident.first_seen.timestamp(),
        max(incident.first_seen, incident.last_seen).timestamp(),
    )


WEIGHTS = {**LABELS, **dict(PARTS)}


def evidence(one: Seen, other: Seen) -> tuple[float, list[str]]:
    """The combined weight from 0 to 1, and what it stands on, for people."""
    a, b = one.incident, other.incident
    if a.fingerprint and a.fingerprint == b.fingerprint:
        return 1.0, ["same fingerprint"]
    doubt, reasons = 1.0, []
    weight, reason = _model(a, b)
    if weight:
        doubt = 1 - weight
        reasons.append(reason)
    for name, value in sorted(one.marks & other.marks):
        doubt *= 1 - WEIGHTS[name]
        reasons.append(f"same {name.replace('_', ' ')} {value[:60]}")
    if alike := _jaccard(one.words, other.words):
        doubt *= 1 - TITLE_WEIGHT * alike
        reasons.append(f"titles {alike:.1f} alike")
    if a.source == b.source:
        doubt *= 0.8
        reasons.append("same source")
    return 1 - doubt, reasons


def _model(a: Incident, b: Incident) -> tuple[float, str]:
    provider, model = a.llm.provider, a.llm.model
    same_provider = bool(provider) and provider == b.llm.provider
    if model and model == b.llm.model:
        if same_provider:
            return 0.65, f"same provider {provider[:60]} and model {model[:60]}"
        if not (provider and b.llm.provider):
            return 0.5, f"same model {model[:60]}"
    return (0.4, f"same provider {provider[:60]}") if same_provider else (0.0, "")


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    if not shared:
        return 0.0
    alike = shared / (len(one) + len(other) - shared)
    return alike if alike >= TITLE_FROM else 0.0
