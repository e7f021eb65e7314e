"""Which runbooks fit an incident: patterns compiled once for all incidents of a batch."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import translate

from incident_hub_hookspecs import Incident

from incident_hub_enricher_runbooks.runbook import Matcher, Runbook

__all__ = ["Match", "Matching"]

_Condition = tuple[str, Callable[[Incident], bool]]


@dataclass(frozen=True, slots=True)
class Match:
    """A runbook that fits, and which of its conditions say so."""

    runbook: Runbook
    why: tuple[str, ...]


class Matching:
    """The runbooks, ready to be compared; the most specific come first, then by title."""

    def __init__(self, runbooks: Iterable[Runbook]) -> None:
        self._known = sorted(
            ((one, _conditions(one.match)) for one in runbooks),
            key=lambda pair: (-_weight(pair[0].match), pair[0].title, pair[0].id),
        )

    def of(self, incident: Incident, most: int) -> Sequence[Match]:
        """The runbooks that fit, at most so many."""
        found: list[Match] = []
        for runbook, conditions in self._known:
            if all(holds(incident) for _, holds in conditions):
                found.append(Match(runbook, tuple(name for name, _ in conditions)))
                if len(found) == most:
                    break
        return found


def _weight(matcher: Matcher) -> int:
    """How much the matcher asks for; a pattern that everything fits asks for nothing."""
    single = (*matcher.sources[:1], matcher.provider, matcher.model, matcher.title)
    patterns = [one for one in single if one and one != "*"]
    return bool(matcher.types) + len(patterns) + len(matcher.labels)


def _conditions(matcher: Matcher) -> list[_Condition]:
    found: list[_Condition] = []
    if matcher.types:
        types = frozenset(matcher.types)
        found.append(("type", lambda one: one.type.value in types))
    if matcher.sources:
        sources = [_fits(pattern) for pattern in matcher.sources]
        found.append(("source", lambda one: any(fits(one.source) for fits in sources)))
    for name, pattern in sorted(matcher.labels.items()):
        found.append((f"label {name}", _label(name, _fits(pattern))))
    texts: tuple[tuple[str, str, Callable[[Incident], str]], ...] = (
        ("provider", matcher.provider, lambda one: one.llm.provider),
        ("model", matcher.model, lambda one: one.llm.model),
        ("title", matcher.title, lambda one: one.title),
    )
    found += [(name, _text(value, _fits(pattern))) for name, pattern, value in texts if pattern]
    return found


def _label(name: str, fits: Callable[[str], bool]) -> Callable[[Incident], bool]:
    return lambda incident: name in incident.labels and fits(incident.labels[name])


def _text(value: Callable[[Incident], str], fits: Callable[[str], bool]) -> Callable[[Incident], bool]:
    return lambda incident: fits(value(incident))


def _fits(pattern: str) -> Callable[[str], bool]:
    """fnmatch's patterns do not backtrack over what a `*` took, so no title makes one slow."""
    compiled = re.compile(translate(pattern), re.IGNORECASE)
    return lambda text: compiled.match(text) is not None
