"""Which stored incident is which replayed one: they are matched by the alerts that both hold."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

__all__ = ["Pairing", "Pairs", "Shared"]

_IDS_KEPT = 10
_Pair = tuple[str | None, str | None]  # a stored and a replayed incident; None: the alert made none


@dataclass(slots=True)
class Shared:
    """The alerts of one pair: how many, and the first of them."""

    alerts: int = 0
    alert_ids: list[str] = field(default_factory=list)

    def add(self, alert_id: str) -> None:
        """One more."""
        self.alerts += 1
        if len(self.alert_ids) < _IDS_KEPT:
            self.alert_ids.append(alert_id)

    def take(self, other: "Shared") -> None:
        """Those of another pair that turned out to be the same."""
        self.alerts += other.alerts
        self.alert_ids = (self.alert_ids + other.alert_ids)[:_IDS_KEPT]


class Pairs:
    """Counted while the replay runs: a pair takes the same room however many alerts it has."""

    def __init__(self) -> None:
        self.found: dict[_Pair, Shared] = defaultdict(Shared)

    def add(self, before: str | None, after: str | None, alert_id: str) -> None:
        """An alert of one stored and one replayed incident."""
        self.found[before, after].add(alert_id)

    def merged(self, roots: Mapping[str, str]) -> "Pairing":
        """The pairs, where stored incidents that people merged are one."""
        joined: dict[_Pair, Shared] = defaultdict(Shared)
        for (before, after), shared in self.found.items():
            root = None if before is None else roots.get(before, before)
            joined[root, after].take(shared)
        return Pairing(joined)


class Pairing:
    """Each side's counterparts. `match` is one to one, the pairs with most alerts first."""

    def __init__(self, shared: Mapping[_Pair, Shared]) -> None:
        self.after_of: dict[str, dict[str, Shared]] = {}
        self.before_of: dict[str, dict[str, Shared]] = {}
        for (before, after), one in shared.items():
            if before is not None:
                self.after_of.setdefault(before, {})
            if after is not None:
                self.before_of.setdefault(after, {})
            if before is not None and after is not None:
                self.after_of[before][after] = self.before_of[after][before] = one
        self.match = _matched(self.after_of)
        self.origin = {after: _most(befores) for after, befores in self.before_of.items() if befores}


def _most(shared: Mapping[str, Shared]) -> str:
    return max(shared, key=lambda key: (shared[key].alerts, key))


def _matched(after_of: Mapping[str, Mapping[str, Shared]]) -> dict[str, str]:
    pairs: Iterable[tuple[int, str, str]] = sorted(
        (-one.alerts, before, after) for before, afters in after_of.items() for after, one in afters.items()
    )
    match: dict[str, str] = {}
    taken: set[str] = set()
    for _, before, after in pairs:
        if before not in match and after not in taken:
            match[before] = after
            taken.add(after)
    return match
