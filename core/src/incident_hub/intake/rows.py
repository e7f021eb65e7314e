"""From plans to rows and events."""

from typing import Any

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.intake.current import BY_SOURCE, CURRENT_SLOT
from incident_hub.intake.plan import KeyPlan
from incident_hub.intake.prepare import PreparedAlert

__all__ = ["CHANGE", "FORGET", "NOBODYS", "TOUCH", "change_row", "events_of", "incident_row", "touch_row"]

# A mere repeat changes no version: people who edit an incident in a storm are not in its way.
TOUCH = ("count = count + ?", "last_seen", "expires_at", "stateful")

CHANGE = (
    "count = count + ?", "version = version + ?", "last_seen", "expires_at", "stateful", "updated_at", "state",
    "severity", "reported_severity", "resolved_at", "closed_at", "resolved_by", "resolution_method",
    "reopened = reopened + ?", "first_seen",
)  # fmt: skip

# Why it was over is not true any more. Whoever acknowledged it has it still, unless a person had ended it: then an
# acknowledgement of the last time would keep the pager silent.
FORGET = ("resolution_notes", "root_cause")
NOBODYS = ("acknowledged_by", "acknowledged_at")


def incident_row(plan: KeyPlan, opened: PreparedAlert, silenced: str | None, now: int) -> tuple[Any, ...]:
    """The new incident, in the order of `current.COLUMNS`."""
    current = plan.current
    assert current is not None  # noqa: S101 - a plan that opened has a current incident
    return (
        current.id, opened.fingerprint, CURRENT_SLOT, opened.title, opened.description, opened.source,
        current.severity, current.reported_severity, current.state, opened.type, current.stateful, 1, 1,
        opened.resources, opened.labels, opened.annotations, opened.llm, opened.correlation_key, silenced,
        now, now, current.first_seen, current.last_seen, current.expires_at,
    )  # fmt: skip


def touch_row(plan: KeyPlan) -> tuple[Any, ...]:
    """What a repeat leaves on its incident, in the order of `TOUCH`, then its id."""
    current = plan.current
    assert current is not None  # noqa: S101 - only plans with an incident are written
    return (plan.joined, current.last_seen, current.expires_at, current.stateful, current.id)


def change_row(plan: KeyPlan, now: int) -> tuple[Any, ...]:
    """What an existing incident becomes, in the order of `CHANGE`, then its id."""
    current = plan.current
    assert current is not None  # noqa: S101 - only plans with an incident are written
    ended = current.resolved_at is not None
    return (
        plan.joined, 1, current.last_seen, current.expires_at, current.stateful, now, current.state,
        current.severity, current.reported_severity, current.resolved_at, current.closed_at,
        BY_SOURCE if ended else None, "automated" if ended else None, int(plan.reopened_from is not None),
        current.first_seen, current.id,
    )  # fmt: skip


def events_of(plan: KeyPlan, source: str, now: int) -> list[NewEvent]:
    """What the timeline says of it; a burst of duplicates is one event with a count."""
    current = plan.current
    if current is None:
        return []
    actor = f"source:{source}"[:255]
    events: list[NewEvent] = []
    if plan.opened is not None:
        data = {"severity": plan.opened.severity or current.severity, "fingerprint": plan.opened.fingerprint}
        events.append(NewEvent(current.id, EventType.CREATED, now, actor, data))
    if plan.joined:
        events.append(NewEvent(current.id, EventType.ALERT_RECEIVED, now, actor, {}, plan.joined))
    if plan.changed:
        events.extend(_changes(plan, actor, now))
    return events


def _changes(plan: KeyPlan, actor: str, now: int) -> list[NewEvent]:
    current = plan.current
    assert current is not None  # noqa: S101 - asked by the caller
    found: list[tuple[EventType, dict[str, object]]] = []
    if plan.severity_before:
        change: dict[str, object] = {
            "before": plan.severity_before,
            "after": current.severity,
            "reason": "a worse alert came",
        }
        found.append((EventType.SEVERITY_CHANGED, change))
    if plan.reopened_from:
        move: dict[str, object] = {
            "before": plan.reopened_from,
            "after": "investigating",
            "reason": "the alert fired again",
        }
        found += [(EventType.STATE_CHANGED, move), (EventType.REOPENED, move)]
    if plan.resolved_from:
        move = {"before": plan.resolved_from, "after": "resolved", "method": "automated"}
        if plan.recovered:
            move["reason"] = "it was over before its alert came"
        found += [(EventType.STATE_CHANGED, move), (EventType.RESOLVED, move)]
    return [NewEvent(current.id, kind, now, actor, data) for kind, data in found]
