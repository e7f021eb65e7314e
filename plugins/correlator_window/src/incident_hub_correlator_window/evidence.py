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

from collections.abc import Iterable, Mapping, Set

__all__ = ["LABELS", "PARTS", "TITLE_WEIGHT", "Mark", "Shared", "alike"]

LABELS = {
    "service": 0.5, "pod": 0.4, "host": 0.4, "instance": 0.4, "node": 0.4, "job": 0.3, "cluster": 0.25,
    "namespace": 0.2, "zone": 0.2, "region": 0.15,
}  # fmt: skip
PARTS = {"deployment": 0.3, "agent": 0.3, "tool": 0.3, "prompt_version": 0.3, "tenant": 0.2}
WEIGHTS = {**LABELS, **PARTS, "source": 0.2}
BOTH, MODEL, PROVIDER = 0.65, 0.5, 0.4
TITLE_WEIGHT = 0.6
TITLE_FROM = 0.3
Mark = tuple[str, str]


class Shared:
    """What some shared marks mean: the doubt that they leave, and how people are told."""

    __slots__ = ("before", "behind", "doubt")

    def __init__(self, marks: Iterable[Mark]) -> None:
        self.doubt = _doubt({name for name, _ in marks})
        self.before, self.behind = _reasons(dict(marks)) if self.doubt else (["same fingerprint"], [])

    def reasons(self, titles: float) -> list[str]:
        """All that speaks for it, when the titles are so much alike."""
        if titles and self.doubt:
            return [*self.before, f"titles {titles:.1f} alike", *self.behind]
        return self.before + self.behind


def alike(common: int, one: int, other: int) -> float:
    """How much alike titles of so many words are, with so many in common; 0 when it is too little."""
    share = common / (one + other - common) if common else 0.0
    return share if share >= TITLE_FROM else 0.0


def _doubt(names: Set[str]) -> float:
    if "fingerprint" in names:
        return 0.0
    doubt = 1.0
    if "provider" in names:
        doubt = 1 - (BOTH if "model" in names else PROVIDER)
    elif "model" in names and "named" not in names:
        doubt = 1 - MODEL
    for name in sorted(names & WEIGHTS.keys()):
        doubt *= 1 - WEIGHTS[name]
    return doubt


def _reasons(shared: Mapping[str, str]) -> tuple[list[str], list[str]]:
    said = [reason] if (reason := _model(shared)) else []
    named = sorted(name for name in shared if name in LABELS or name in PARTS)
    said += [f"same {name.replace('_', ' ')} {shared[name][:60]}" for name in named]
    return said, ["same source"] if "source" in shared else []


def _model(shared: Mapping[str, str]) -> str:
    provider, model = shared.get("provider", "")[:60], shared.get("model", "")[:60]
    if provider:
        return f"same provider {provider} and model {model}" if model else f"same provider {provider}"
    return f"same model {model}" if model and "named" not in shared else ""
