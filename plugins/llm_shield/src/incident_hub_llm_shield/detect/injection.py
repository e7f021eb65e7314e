"""The verdict on one prompt: its most suspicious part, in its most suspicious reading."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log

from incident_hub_llm_shield.detect.model import Model
from incident_hub_llm_shield.detect.signals import FAMILIES, signals_in
from incident_hub_llm_shield.detect.views import PLAIN, views

__all__ = ["THRESHOLD", "Verdict", "judge"]

THRESHOLD = 0.5
WINDOW, STEP = 80, 50
MANY_WINDOWS = 0.35
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`probability` of an attack; `reading` says how the text had to be read to see it."""

    probability: float
    reading: str
    signals: tuple[str, ...]

    @property
    def families(self) -> tuple[str, ...]:
        """The kinds of attack that the signals stand for."""
        return tuple(dict.fromkeys(FAMILIES[name] for name in self.signals if name in FAMILIES))


def judge(text: str, model: Model) -> Verdict:
    """Judge each reading of each part; a long text has many parts, so each must be more suspicious."""
    best, reading, where = -1e9, PLAIN, ""
    for how, told in views(text):
        parts = list(_windows(told))
        doubt = MANY_WINDOWS * log(len(parts)) if parts else 0.0
        for part in parts:
            if (logit := model.logit(part) - doubt) > best:
                best, reading, where = logit, how, part
    return Verdict(1.0 / (1.0 + exp(-max(best, -50.0))), reading, tuple(signals_in(where)))


def _windows(text: str) -> Iterator[str]:
    """Parts of so many words that overlap; a text without spaces is cut by its letters."""
    words = [found.span() for found in _WORD.finditer(text)]
    if len(words) <= WINDOW:
        yield from (text[start : start + 2000] for start in range(0, len(text), 1500))
        return
    for start in range(0, len(words) - (WINDOW - STEP), STEP):
        yield text[words[start][0] : words[min(start + WINDOW, len(words)) - 1][1]][:4000]
