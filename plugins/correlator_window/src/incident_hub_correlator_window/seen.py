"""Incidents made ready to be compared: what may be shared becomes bits, so that comparing is one `&`."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, count
from operator import attrgetter
from typing import TypeVar

from incident_hub_hookspecs import Incident
from incident_hub_hookspecs.event_time import burned_last
from incident_hub_hookspecs.providers import Providers, title_words
from incident_hub_hookspecs.symptoms import spreads

from incident_hub_correlator_window.evidence import LABELS, PARTS, Mark

__all__ = ["Seen", "common_words", "see"]

T = TypeVar("T")
_PARTS = attrgetter(*PARTS)


@dataclass(slots=True, eq=False)
class Seen:
    """An incident with what is compared worked out once, however many pairs it is in.

    `marks` are names with values that may be shared. `mark_bits` and `word_bits` have a bit for each
    mark and word that more than one incident of the batch has, so that comparing is one `&`.
    `contained` trouble does not spread by place: housekeeping, and what a provider is to blame for.
    """

    id: str
    marks: frozenset[Mark]
    words: frozenset[str]
    first: float
    last: float
    contained: bool = False
    blames: bool = False
    mark_bits: int = 0
    word_bits: int = 0


def see(incidents: Iterable[Incident]) -> dict[str, Seen]:
    """All these incidents by id, ready to be compared."""
    at_hand = {one.id: one for one in incidents}
    providers = Providers(at_hand.values())
    known = {key: _seen(one, providers) for key, one in at_hand.items()}
    marks = _shared(one.marks for one in known.values())
    words = _shared(one.words for one in known.values())
    for one in known.values():
        one.mark_bits = sum(map(marks.__getitem__, one.marks))
        one.word_bits = sum(map(words.__getitem__, one.words))
    return known


def common_words(one: Seen, other: Seen) -> int:
    """How many words the titles share."""
    return (one.word_bits & other.word_bits).bit_count()


def _seen(incident: Incident, providers: Providers) -> Seen:
    first, last, words = incident.first_seen, burned_last(incident), title_words(incident.title)
    provider = providers.of(incident, words)
    begun = first.timestamp()
    ended = begun if last <= first else last.timestamp()
    blames = providers.blames(incident, provider)
    contained = blames or spreads(incident.title) == 0
    return Seen(incident.id, frozenset(_marks(incident, provider)), words, begun, ended, contained, blames)


def _marks(incident: Incident, provider: str) -> list[Mark]:
    """What may be shared; `named`, `modelled` and `serves` say that provider, model and service are known."""
    labels, llm = incident.labels, incident.llm
    marks = [(name, value) for name, value in labels.items() if value and name in LABELS]
    parts = _PARTS(llm)
    if any(parts):
        marks += [(name, value) for name, value in zip(PARTS, parts, strict=True) if value]
    if labels.get("service"):
        marks.append(("serves", ""))
    marks.append(("source", incident.source))
    if incident.fingerprint:
        marks.append(("fingerprint", incident.fingerprint))
    if llm.model:
        marks += (("model", llm.model), ("modelled", ""))
    if provider:
        marks += (("provider", provider), ("named", ""))
    return marks


def _shared(sets: Iterable[frozenset[T]]) -> dict[T, int]:
    """A bit for each item of several sets, nothing for an item of one set only."""
    counts = Counter(chain.from_iterable(sets))
    places = count()
    return {item: 1 << next(places) if times > 1 else 0 for item, times in counts.items()}
