"""Policies held against each other: where each goes on, and that none goes round for ever."""

from collections.abc import Iterable, Mapping, Sequence

from incident_hub_hookspecs import ConfigError

from incident_hub.domain.escalation import EscalationPolicy
from incident_hub.response.escalation.document import policy_from

__all__ = ["check_together", "parse_policies"]


def parse_policies(
    data: object, path: str = "escalation_policies"
) -> tuple[list[EscalationPolicy], list[ConfigError]]:
    """The policies of a list, as a file has them, and every error with its path; an id that comes twice is one.

    Whether they fit those that there are already is checked when they are written.
    """
    if not isinstance(data, list | tuple):
        return [], [ConfigError("expected a list of policies", path)]
    found: dict[str, EscalationPolicy] = {}
    errors: list[ConfigError] = []
    for index, item in enumerate(data):
        place = f"{path}[{index}]"
        try:
            policy = policy_from(item, place)
        except ConfigError as error:
            errors.append(error)
            continue
        if policy.id in found:
            errors.append(ConfigError(f"there is another policy {policy.id!r}", f"{place}.id"))
        found[policy.id] = policy
    return list(found.values()), errors


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
