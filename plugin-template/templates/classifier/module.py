"""Words that mean trouble: the rule that fits in the most telling place decides."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from incident_hub_hookspecs import (
    CallContext,
    Classification,
    Incident,
    IncidentType,
    Severity,
    setting,
)

__all__ = ["Rule", "Settings", "WordClassifier"]

# How sure a word makes, by where it stands: a title says what is wrong, a description says much.
PLACES = (("title", 0.8), ("description", 0.6))


@dataclass(frozen=True, slots=True)
class Rule:
    """Any of the words, whole and in any case, means this severity and this type."""

    words: tuple[str, ...] = setting("Words or phrases; one of them is enough.", least=1)
    severity: str = setting("From P0, now, to P4, for information.", choices=tuple(Severity))
    type: str = setting(
        "What kind of trouble it is.", default=IncidentType.UNKNOWN, choices=tuple(IncidentType)
    )


RULES = (
    Rule(("data loss", "leaked", "exfiltrated", "jailbreak"), Severity.P1, IncidentType.SECURITY),
    Rule(("outage", "unreachable", "is down"), Severity.P1, IncidentType.AVAILABILITY),
    Rule(("timeout", "too slow", "latency"), Severity.P3, IncidentType.PERFORMANCE),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set."""

    rules: tuple[Rule, ...] = setting("Rules, the strongest first.", default=RULES)


class WordClassifier:
    """Has every rule as one expression, so that a batch costs little."""

    def __init__(self, settings: Settings) -> None:
        """Make the expressions once."""
        self._rules = [(rule, _pattern(rule.words)) for rule in settings.rules]

    async def classify(
        self, incidents: Sequence[Incident], context: CallContext
    ) -> Sequence[Classification | None]:
        """One answer an incident, in order; None where no word fits."""
        return [self._judge(incident) for incident in incidents]

    def _judge(self, incident: Incident) -> Classification | None:
        for place, confidence in PLACES:
            text = getattr(incident, place)
            for rule, pattern in self._rules:
                if found := pattern.search(text):
                    return _classification(rule, confidence, f"{place} says {found[0].lower()!r}")
        return None


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


def _classification(rule: Rule, confidence: float, reason: str) -> Classification:
    kind = IncidentType(rule.type)
    known = None if kind is IncidentType.UNKNOWN else kind
    return Classification(Severity(rule.severity), known, confidence, (reason,))
