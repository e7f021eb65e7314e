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
from functools import lru_cache

from incident_hub_hookspecs import Incident

__all__ = ["Seen", "reasons", "seen", "weight"]

WORD = re.compile(r"[^\W_]+")
ASCII_WORD = re.compile("[a-z0-9]+")  # the same for ASCII, and much faster
LABELS = {
    "service": 0.5, "pod": 0.4, "host": 0.4, "instance": 0.4, "node": 0.4, "job": 0.3, "cluster": 0.25,
    "namespace": 0.2, "zone": 0.2, "region": 0.15,
}  # fmt: skip
PARTS = {"deployment": 0.3, "agent": 0.3, "tool": 0.3, "prompt_version": 0.3, "tenant": 0.2}
WEIGHTS = {**LABELS, **PARTS}
BOTH, MODEL, PROVIDER = 0.65, 0.5, 0.4
TITLE_WEIGHT = 0.6
TITLE_FROM = 0.3
SOURCE_DOUBT = 0.8
Mark = tuple[str, str]


@dataclass(slots=True, eq=False)
class Seen:
    """An incident with what is compared worked out once, however many pairs it is in."""

    id: str
    fingerprint: str
    source: str
    provider: str
    model: str
    words: frozenset[str]
    marks: frozenset[Mark]
    first: float
    last: float


def seen(incident: Incident) -> Seen:
    """Work out the words of the title and the marks: pairs of name and value that may be shared."""
    labels, llm, title = incident.labels, incident.llm, incident.title.lower()
    marks = [(name, labels[name]) for name in labels.keys() & LABELS.keys() if labels[name]]
    marks += [(name, value) for name in PARTS if (value := getattr(llm, name))]
    first, last = incident.first_seen, incident.last_seen
    begun = first.timestamp()
    return Seen(
        incident.id,
        incident.fingerprint,
        incident.source,
        llm.provider,
        llm.model,
        frozenset((ASCII_WORD if title.isascii() else WORD).findall(title)),
        frozenset(marks),
        begun,
        begun if last <= first else last.timestamp(),
    )


def weight(one: Seen, other: Seen) -> float:
    """The combined weight, from 0 to 1."""
    if one.fingerprint == other.fingerprint and one.fingerprint:
        return 1.0
    doubt = SOURCE_DOUBT if one.source == other.source else 1.0
    if one.provider and one.provider == other.provider:
        doubt *= 1 - (BOTH if one.model and one.model == other.model else PROVIDER)
    elif one.model and one.model == other.model and not (one.provider and other.provider):
        doubt *= 1 - MODEL
    shared = one.marks & other.marks
    if shared:
        doubt *= _marks_doubt(shared)
    common = len(one.words & other.words)
    if common:
        alike = common / (len(one.words) + len(other.words) - common)
        if alike >= TITLE_FROM:
            doubt *= 1 - TITLE_WEIGHT * alike
    return 1 - doubt


def reasons(one: Seen, other: Seen) -> list[str]:
    """What the weight stands on, for people."""
    if one.fingerprint and one.fingerprint == other.fingerprint:
        return ["same fingerprint"]
    said = [reason] if (reason := _model(one, other)) else []
    shared = sorted(one.marks & other.marks)
    said += [f"same {name.replace('_', ' ')} {value[:60]}" for name, value in shared]
    common = len(one.words & other.words)
    alike = common / max(1, len(one.words) + len(other.words) - common)
    if alike >= TITLE_FROM:
        said.append(f"titles {alike:.1f} alike")
    return [*said, "same source"] if one.source == other.source else said


@lru_cache(maxsize=4096)  # neighbours share the same few marks
def _marks_doubt(shared: frozenset[Mark]) -> float:
    doubt = 1.0
    for name, _ in sorted(shared):
        doubt *= 1 - WEIGHTS[name]
    return doubt


def _model(a: Seen, b: Seen) -> str:
    provider, model = a.provider[:60], a.model[:60]
    same_provider = bool(provider) and a.provider == b.provider
    if model and a.model == b.model:
        if same_provider:
            return f"same provider {provider} and model {model}"
        if not (provider and b.provider):
            return f"same model {model}"
    return f"same provider {provider}" if same_provider else ""
