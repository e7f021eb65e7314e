"""What the routes make of an incident: each rule, whether it matched, and which part did not. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from incident_hub.domain.conditions import ConditionContext, Part, compile_condition
from incident_hub.domain.rules import Route

__all__ = ["Asked", "Decision", "decide"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule that was asked; `failed` are the parts of its condition that did not hold."""

    rule: Route
    matched: bool
    failed: tuple[Part, ...] = ()


@dataclass(slots=True)
class Decision:
    """What is to be done; of rules that set the same thing the first counts. `by` says which rule wants what."""

    asked: list[Asked] = field(default_factory=list)
    severity: str = ""
    assign: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    pages: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    policy: str = ""
    suppressed: bool = False
    by: dict[str, str] = field(default_factory=dict)

    @property
    def matched(self) -> list[Route]:
        """The rules that matched, in order."""
        return [one.rule for one in self.asked if one.matched]

    @property
    def tells(self) -> bool:
        """Whether somebody hears by it, or is kept from hearing on purpose."""
        return bool(self.pages or self.policy or self.suppressed)


def decide(context: ConditionContext, routes: Sequence[Route]) -> Decision:
    """Ask the routes in their order, until one that matches says stop."""
    found = Decision()
    for rule in routes:
        outcome = compile_condition(rule.condition).ask(context)
        if not outcome.holds:
            found.asked.append(Asked(rule, False, _failed(rule, context)))
            continue
        found.asked.append(Asked(rule, True))
        _take(found, rule)
        if rule.then == "stop":
            break
    return found


def _failed(rule: Route, context: ConditionContext) -> tuple[Part, ...]:
    parts = compile_condition(rule.condition).parts(context)
    return tuple(part for part in parts if not part.outcome.holds)


def _take(found: Decision, rule: Route) -> None:
    for name, value in (("severity", rule.severity), ("policy", rule.escalation_policy)):
        if value and not getattr(found, name):
            setattr(found, name, value)
            found.by[f"{name}:{value}"] = rule.id
    known = {receiver for receiver, _ in found.pages}
    for receiver in rule.receivers:
        if receiver not in known:
            found.pages.append((receiver, rule.channels))
            found.by[f"page:{receiver}"] = rule.id
    found.assign += [one for one in rule.assign if one not in found.assign]
    found.tags += [one for one in rule.tags if one not in found.tags]
    if rule.suppress and not found.suppressed:
        found.suppressed = True
        found.by["suppress"] = rule.id
