"""Asks the rules. A rule's expression runs only when the first word of one of its phrases is there."""

import re
from collections.abc import Sequence

from incident_hub_hookspecs import CallContext, Classification, Incident

from incident_hub_classifier_rules.rules import Rule

__all__ = ["RuleClassifier"]

WORD = re.compile(r"[^\W_]+")
ASCII_WORD = re.compile("[a-z0-9]+")  # the same for ASCII, and much faster
TEXT_LIMIT = 4096
MOST_CONFIDENT = 0.95
PER_MORE_PHRASE = 0.05


class RuleClassifier:
    """A classifier over a fixed list of rules."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple((rule, _expression(rule.phrases)) for rule in rules)
        self._by_word: dict[str, tuple[int, ...]] = {}
        for place, rule in enumerate(rules):
            for word in {_words(phrase)[0] for phrase in rule.phrases}:
                self._by_word[word] = (*self._by_word.get(word, ()), place)
        self._first_words = frozenset(self._by_word)

    async def classify(
        self,
        incidents: Sequence[Incident],
        context: CallContext,  # noqa: ARG002 - part of the contract
    ) -> Sequence[Classification | None]:
        """One answer an incident, in order."""
        return [self._answer(incident) for incident in incidents]

    def _answer(self, incident: Incident) -> Classification | None:
        words = _words(_text(incident))
        hits = self._first_words.intersection(words)
        if not hits:
            return None
        told = f" {' '.join(words)} "
        for place in sorted({place for word in hits for place in self._by_word[word]}):
            rule, expression = self._rules[place]
            found = list(dict.fromkeys(expression.findall(told)))
            if found:
                return _classification(rule, found)
        return None


def _classification(rule: Rule, found: Sequence[str]) -> Classification:
    confidence = max(
        rule.confidence, min(MOST_CONFIDENT, rule.confidence + PER_MORE_PHRASE * (len(found) - 1))
    )
    means = " ".join(part for part in (rule.type, rule.severity) if part)
    told = ", ".join(f'"{phrase}"' for phrase in found[:5])
    return Classification(rule.severity, rule.type, confidence, (f"{rule.name}: {told} means {means}",))


def _text(incident: Incident) -> str:
    parts = [incident.title, incident.description[:TEXT_LIMIT]]
    for name, value in incident.labels.items():
        parts += (name, value)
    return "\n".join(parts)[: 2 * TEXT_LIMIT]


def _words(text: str) -> list[str]:
    return (ASCII_WORD if text.isascii() else WORD).findall(text.lower())


def _expression(phrases: Sequence[str]) -> re.Pattern[str]:
    """One alternation, the longest phrase first, over words with one space on each side."""
    plain = sorted({" ".join(_words(phrase)) for phrase in phrases}, key=len, reverse=True)
    return re.compile(" (" + "|".join(map(re.escape, plain)) + ")(?= )")
