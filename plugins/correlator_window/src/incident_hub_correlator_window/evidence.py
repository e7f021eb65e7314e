"""What two incidents have in common, and how much each of it weighs.

| evidence | weight |
|---|---|
| same fingerprint | 1.0 |
| same provider and model | 0.65 |
| same model / provider alone | 0.5 / 0.4 |
| same tool, prompt version | 0.5 each |
| same tenant / deployment, agent | 0.5 / 0.3 each |
| shared label | 0.15 to 0.5, see `LABELS` |
| titles alike | 0.6 x Jaccard of their words, from 0.3 on |
| same source | 0.2 |

Weights combine as 1 - (1-a)(1-b)...: each adds less than its own, and no number of them exceeds 1.
Two that name different services say by alike titles only that they have the same symptom, which weighs
0.15. Whose provider an incident speaks of is told by its model or title when it names none. Half of the
evidence goes when the two speak of different providers, or models if nobody knows theirs, and when one is
contained (housekeeping, or its provider's fault) and they share no more than a place; a quarter when only
one of them calls their provider the trouble.
From three incidents of one place (zone, node, ...) within a minute on, each adds 0.08, at most 0.4.
"""

from collections.abc import Collection, Mapping, Set

__all__ = ["LABELS", "PARTS", "STRANGERS", "UNTOLD", "WIDE", "Mark", "Shared", "alike", "crowd_doubt"]

LABELS = {
    "service": 0.5, "pod": 0.4, "host": 0.4, "instance": 0.4, "node": 0.4, "job": 0.3, "cluster": 0.25,
    "namespace": 0.2, "zone": 0.2, "region": 0.15, "alertname": 0.1,
}  # fmt: skip
PARTS = {"deployment": 0.3, "agent": 0.3, "tool": 0.5, "prompt_version": 0.5, "tenant": 0.5}
WEIGHTS = {**LABELS, **PARTS, "source": 0.2}
BOTH, MODEL, PROVIDER = 0.65, 0.5, 0.4
TITLE_WEIGHT, SYMPTOM_WEIGHT = 0.6, 0.15
STRANGERS = 0.5
UNTOLD = 0.75
OWN = frozenset({"fingerprint", "service", "deployment", "agent", "tool", "prompt_version", "tenant"})
LLM = frozenset({"provider", "model"})
WIDE = frozenset({"zone", "region", "cluster", "namespace", "node", "host"})
CROWD_FROM, CROWD_EACH, CROWD_MOST = 3, 0.08, 0.4
TITLE_FROM = 0.3
Mark = tuple[str, str]


class Shared:
    """What some shared marks mean: the doubt that they leave, and how people are told."""

    __slots__ = ("before", "behind", "damping", "doubt", "only_llm", "own", "title_weight", "wide")

    def __init__(self, marks: Collection[Mark]) -> None:
        names = {name for name, _ in marks}
        self.doubt = _doubt(names)
        other_service = "serves" in names and "service" not in names
        other_model = "modelled" in names and "model" not in names
        strangers = (other_model or "named" in names) and "provider" not in names and not names & OWN
        self.title_weight = SYMPTOM_WEIGHT if other_service else TITLE_WEIGHT
        self.only_llm = bool(names & LLM) and not names & OWN
        self.own = bool(names & (OWN | LLM))
        self.damping = STRANGERS if strangers and self.doubt else 1.0
        self.wide = [(name, value) for name, value in marks if name in WIDE] if self.doubt else []
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


def crowd_doubt(others: int) -> float:
    """What doubt a crowd leaves: so many incidents of one place at about one time are hardly an accident."""
    return 1 - min(CROWD_MOST, CROWD_EACH * max(0, others - CROWD_FROM + 1))


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
