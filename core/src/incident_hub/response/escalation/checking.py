"""Policies held against each other: where each goes on, and that none goes round for ever."""

from collections.abc import Iterable, Mapping, Sequence

from incident_hub_hookspecs import ConfigError

from incident_hub.domain.escalation import EscalationPolicy

__all__ = ["check_together"]


def check_together(changed: Iterable[EscalationPolicy], nexts: Mapping[str, str]) -> None:
    """Raise `ConfigError` when one of the changed policies goes on with nothing, or comes back to itself.

    `nexts` is, for every policy as it will be, the one that it goes on with; empty for none.
    """
    for policy in changed:
        if policy.next_policy and policy.next_policy not in nexts:
            raise ConfigError(f"there is no policy {policy.next_policy!r}", "next_policy")
        if round_ := _round(policy.id, nexts):
            raise ConfigError(f"the policies go round for ever: {' -> '.join(round_)}", "next_policy")


def _round(start: str, nexts: Mapping[str, str]) -> Sequence[str]:
    """The way from a policy back to one it came through; nothing when there is an end."""
    way = [start]
    while following := nexts.get(way[-1], ""):
        if following in way:
            return [*way[way.index(following) :], following]
        way.append(following)
    return []
