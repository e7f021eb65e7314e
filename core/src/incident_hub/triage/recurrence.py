"""Whether a group comes again: earlier groups that hold mostly the same problems, and what they show."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from incident_hub.storage.reading.patterns import Member

__all__ = ["Recurrence", "recurrence"]

ALIKE = 0.5  # the least Jaccard index of two groups' problems


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Earlier groups, the newest first. `same_order` is the share of them that began in this one's order."""

    groups: list[str]
    first_at: int
    last_at: int
    usual_order: list[str]
    same_order: float
    root_cause: str | None


def recurrence(mine: Sequence[Member], earlier: Mapping[str, Sequence[Member]]) -> Recurrence | None:
    """What earlier groups show of this one; None when none is like it."""
    problems = {one.fingerprint for one in mine}
    alike = {key: members for key, members in earlier.items() if _alike(problems, members)}
    if not alike:
        return None
    began = {key: members[0].first_seen for key, members in alike.items()}
    order = _order(mine)
    causes = Counter(one.root_cause for members in alike.values() for one in members if one.root_cause)
    return Recurrence(
        sorted(alike, key=lambda key: began[key], reverse=True),
        min(began.values()),
        max(began.values()),
        _usual_order(mine, list(alike.values())),
        mean(float(_shared(order, _order(members))) for members in alike.values()),
        causes.most_common(1)[0][0] if causes else None,
    )


def _alike(problems: set[str], members: Sequence[Member]) -> bool:
    theirs = {one.fingerprint for one in members}
    return len(problems & theirs) >= ALIKE * len(problems | theirs)


def _order(members: Sequence[Member]) -> list[str]:
    """The problems in the order in which they began, each once."""
    return list(dict.fromkeys(one.fingerprint for one in members))


def _shared(mine: list[str], theirs: list[str]) -> bool:
    """Whether the problems that both have began in one order."""
    return [one for one in mine if one in theirs] == [one for one in theirs if one in mine]


def _usual_order(mine: Sequence[Member], earlier: Sequence[Sequence[Member]]) -> list[str]:
    """This group's titles by the mean place of their problem in the earlier groups; new ones come last."""
    places: dict[str, list[int]] = {}
    for members in earlier:
        for place, problem in enumerate(_order(members)):
            places.setdefault(problem, []).append(place)
    titles = {one.fingerprint: one.title for one in reversed(mine)}
    known = sorted((mean(places[problem]), problem) for problem in titles if problem in places)
    new = [problem for problem in _order(mine) if problem not in places]
    return [titles[problem] for problem in [*(key for _, key in known), *new]]
