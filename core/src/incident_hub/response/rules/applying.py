"""What rules decided, done to one incident in one transaction: fields, pages, escalation, and the record of why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from incident_hub_hookspecs import Severity
from sqlalchemy import Connection, select

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.jobs import NewJob
from incident_hub.domain.receivers import Receiver, ReceiverKind
from incident_hub.domain.rules import Mute, mute_of
from incident_hub.events.append import append_events
from incident_hub.intake.inhibiting import Inhibitor
from incident_hub.lifecycle.change import Change
from incident_hub.response.escalation.document import policy_of
from incident_hub.response.escalation.starting import start_run
from incident_hub.response.paging.jobs import page_job
from incident_hub.response.rules.deciding import Decision
from incident_hub.storage.escalation_policies import find_policy
from incident_hub.storage.tables import event
from incident_hub.triage.route import named_targets, notify_job, wants
from incident_hub.triage.services import Services

__all__ = ["ACTOR", "Wanted", "apply_decision"]

ACTOR = "hub:routing"


@dataclass(slots=True)
class Wanted:
    """One incident that is to be routed. `named` are policies that a service or the configuration names for it."""

    incident: str
    happened: str
    number: str
    decision: Decision
    named: Sequence[str] = ()
    jobs: list[NewJob] = field(default_factory=list)
    escalates: bool = False


def apply_decision(
    connection: Connection, one: Wanted, inhibitor: Inhibitor, services: Services, now: int
) -> None:
    """Do it; the intents are left in `one.jobs`, and whether a policy named elsewhere starts in `one.escalates`."""
    change = Change.lock(connection, one.incident, ACTOR, now)
    if change["merged_into"] or not change.state.active:
        return
    if one.happened == "created" and not _edited_before(connection, one.incident):
        _edit(change, one.decision)
    held = _held(change, one, inhibitor)
    severity = str(change["severity"])
    change.save()
    told: dict[str, object] = (
        {"held_by": held} if held else _tell(connection, change, one, severity, services, now)
    )
    data = {"event": one.happened, "rules": _rules(one.decision), **told}
    append_events(connection, [NewEvent(one.incident, EventType.ROUTED, change.at, ACTOR, data)])
    if told.get("nobody"):
        why = {"why": told["nobody"], "instead": told.get("catch_all", [])}
        append_events(connection, [NewEvent(one.incident, EventType.NOBODY_TOLD, change.at, ACTOR, why)])


def _edited_before(connection: Connection, incident_id: str) -> bool:
    """Fields are set once: what a person changes afterwards stays."""
    query = select(event.c.cursor).where(
        event.c.incident_id == incident_id, event.c.type == EventType.ROUTED.value
    )
    return connection.execute(query.limit(1)).first() is not None


def _edit(change: Change, decision: Decision) -> None:
    if decision.severity and decision.severity != change["severity"]:
        rule = decision.by[f"severity:{decision.severity}"]
        after = Severity(decision.severity).value
        change.record(
            EventType.SEVERITY_CHANGED, before=change["severity"], after=after, reason=f"rule {rule}"
        )
        change.set(severity=after)
    assignees = [*change["assignees"], *(one for one in decision.assign if one not in change["assignees"])]
    if assignees != change["assignees"]:
        change.record(EventType.ASSIGNMENT_CHANGED, before=change["assignees"], after=assignees)
        change.set(assignees=assignees)
    tags = [*change["tags"], *(one for one in decision.tags if one not in change["tags"])]
    if tags != change["tags"]:
        change.record(EventType.TAGGED, before=change["tags"], after=tags)
        change.set(tags=tags)


def _held(change: Change, one: Wanted, inhibitor: Inhibitor) -> str:
    """What keeps it from people: a silence or window that holds already, an inhibition, a rule."""
    before = change["silenced_by"]
    if before:
        return str(before)
    why: dict[str, object] = {}
    held = ""
    if found := inhibitor.why(one.incident):
        held, why = found.mute, {"inhibition": found.rule, "source": found.source_id}
    elif one.decision.suppressed:
        rule = one.decision.by["suppress"]
        held, why = mute_of(Mute.RULE, rule), {"rule": rule}
    if held:
        change.record(EventType.SILENCED, before=None, after=held, why=why)
        change.set(silenced_by=held)
    return held


def _tell(
    connection: Connection, change: Change, one: Wanted, severity: str, services: Services, now: int
) -> dict[str, object]:
    decision = one.decision
    pages = [_page(one, receiver, channels, severity, services) for receiver, channels in decision.pages]
    targets = _targets(one, severity, services)
    one.jobs += [*pages, *(job for _, job in targets)]
    told: dict[str, Any] = {
        "receivers": [receiver for receiver, _ in decision.pages],
        "targets": [name for name, _ in targets],
    }
    told |= _start_policy(connection, change, one, now)
    if not (pages or targets or told.get("policy") or one.happened != "created"):
        told |= _catch_all(one, severity, services)
    return told


def _page(one: Wanted, receiver: str, channels: Sequence[str], severity: str, services: Services) -> NewJob:
    """A configured target needs nobody to be looked up; it hears once, whoever wants it to."""
    who = Receiver.parse(receiver)
    known = named_targets(services.config.notify.targets, services.registry.notifiers)
    if who.kind is ReceiverKind.TARGET and who.id in dict(known):
        return notify_job(one.incident, one.happened, one.number, who.id, severity)
    because = {"rule": one.decision.by[f"page:{receiver}"]}
    return page_job(one.incident, one.happened, one.number, who, severity, channels=channels, because=because)


def _targets(one: Wanted, severity: str, services: Services) -> list[tuple[str, NewJob]]:
    """The configured targets hear of a beginning here, and of a return that was held back; else without rules."""
    if one.happened != "created" and not one.number.startswith("held"):
        return []
    known = named_targets(services.config.notify.targets, services.registry.notifiers)
    return [
        (name, notify_job(one.incident, one.happened, one.number, name, severity))
        for name, target in known
        if wants(target, one.happened, severity)
    ]


def _start_policy(connection: Connection, change: Change, one: Wanted, now: int) -> dict[str, object]:
    wanted = one.decision.policy
    if change["acknowledged_by"]:
        return {}
    if not wanted:
        one.escalates = True
        return _named(one)
    row = find_policy(connection, wanted)
    because: Mapping[str, object] = {
        "rule": one.decision.by[f"policy:{wanted}"],
        "new": one.happened == "created",
    }
    if row is None or not row.enabled:
        why = {"policy": wanted, "error": "there is no enabled escalation policy of this id"}
        append_events(connection, [NewEvent(one.incident, EventType.ESCALATION_FAILED, now, ACTOR, why)])
        one.escalates = True
        return {"policy_missing": wanted, **_named(one)}
    if (
        start_run(connection, one.incident, policy_of(row.document), actor=ACTOR, because=because, now=now)
        is None
    ):
        one.escalates = True  # one that waited for a silence to end goes on
    return {"policy": wanted}


def _named(one: Wanted) -> dict[str, object]:
    return {"policy": one.named[0]} if one.named else {}


def _catch_all(one: Wanted, severity: str, services: Services) -> dict[str, object]:
    """Somebody hears, or the timeline says that nobody did."""
    receivers = list(services.config.routing.catch_all)
    one.jobs += [
        page_job(
            one.incident,
            one.happened,
            one.number,
            Receiver.parse(text),
            severity,
            because={"catch_all": True},
        )
        for text in receivers
    ]
    why = "no rule that matches tells anybody, no target wants it and no policy is named"
    return {"nobody": why, "catch_all": receivers}


def _rules(decision: Decision) -> list[dict[str, object]]:
    """The rules that matched, and the first part that did not hold of a few that did not."""
    matched = [{"id": one.id, "name": one.name, "matched": True} for one in decision.matched]
    missed = [
        {"id": one.rule.id, "name": one.rule.name, "matched": False, "failed": _failed(one.failed)}
        for one in decision.asked
        if not one.matched
    ]
    return [*matched, *missed[:20]]


def _failed(parts: Sequence[Any]) -> str:
    if not parts:
        return ""
    first = parts[0]
    return str(first.source)[:300] + (f": {first.outcome.error[:200]}" if first.outcome.error else "")
