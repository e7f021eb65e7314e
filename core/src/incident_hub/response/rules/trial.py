"""Where an incident would go, and why: asked without doing anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from incident_hub_hookspecs import Alert, Incident, IncidentState, Severity
from sqlalchemy import Connection

from incident_hub.domain.conditions import ConditionContext
from incident_hub.domain.receivers import Receiver
from incident_hub.domain.severity import UNTRIAGED
from incident_hub.intake.inhibiting import Inhibitor
from incident_hub.intake.rulebook import RuleBook, read_book
from incident_hub.intake.silences import active_silences, matched_labels, silences_of
from incident_hub.lifecycle.errors import IncidentNotFoundError
from incident_hub.response.escalation.choosing import wishes
from incident_hub.response.facts import condition_contexts, service_of
from incident_hub.response.paging.finding import find
from incident_hub.response.rules.deciding import Decision, decide
from incident_hub.triage.route import named_targets, wants
from incident_hub.triage.services import Services

__all__ = ["Trial", "TrialPage", "TrialRule", "incident_of", "try_alert", "try_incident"]


@dataclass(frozen=True, slots=True)
class TrialRule:
    """One rule: `matched`, or the parts that did not hold, each with what stood in the way of an answer."""

    id: str
    name: str
    priority: int
    matched: bool
    failed: Sequence[str] = ()
    actions: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class TrialPage:
    """One receiver: who that is now, and who could not be reached."""

    receiver: str
    rule: str
    reaches: Sequence[str] = ()
    missing: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """All of it. `held_by` are the silences, windows, inhibitions and rules that would keep it from people."""

    severity: str
    rules: Sequence[TrialRule]
    pages: Sequence[TrialPage]
    targets: Sequence[str]
    policy: str
    assign: Sequence[str]
    tags: Sequence[str]
    held_by: Sequence[str]
    nobody: bool


async def try_incident(services: Services, incident_id: str) -> Trial:
    """Where an incident of the hub would go now; raises `IncidentNotFoundError`."""
    context = (await condition_contexts(services, [incident_id])).get(incident_id)
    if context is None:
        raise IncidentNotFoundError(incident_id)
    return await _try(services, context, incident_id)


async def try_alert(services: Services, alert: Alert) -> Trial:
    """Where the incident of an alert would go, if it came now; no plugin is asked what it thinks of it."""
    one = incident_of(alert, services.clock.now())
    context = ConditionContext(one, services.clock.now(), service=await service_of(one, services))
    return await _try(services, context, "")


def incident_of(alert: Alert, now: datetime) -> Incident:
    """The incident that the alert would open."""
    return Incident(
        "", alert.title, alert.source, alert.severity or Severity(UNTRIAGED.value), IncidentState.DETECTED,
        alert.type, "", now, (alert.starts_at or now).astimezone(UTC), now, description=alert.description,
        reported_severity=alert.severity, resources=alert.resources, labels=alert.labels, llm=alert.llm,
        annotations=alert.annotations,
    )  # fmt: skip


async def _try(services: Services, context: ConditionContext, stored: str) -> Trial:
    one = context.incident
    read = partial(_read, one=one, stored=stored, now=services.clock.micros())
    book, held = await services.database.read(read)
    decision = decide(context, book.routes)
    severity = decision.severity or one.severity.value
    pages = [
        await _page(text, channels, decision.by[f"page:{text}"], services)
        for text, channels in decision.pages
    ]
    targets = [
        name
        for name, target in named_targets(services.config.notify.targets, services.registry.notifiers)
        if wants(target, "created", severity)
    ]
    policy = decision.policy or next((wish.policy for wish in await wishes(one, services)), "")
    nobody = not (pages or targets or policy or decision.suppressed)
    caught = services.config.routing.catch_all if nobody else ()
    pages += [await _page(text, (), "catch_all", services) for text in caught]
    suppressed = [f"rule:{decision.by['suppress']}"] if decision.suppressed else []
    return Trial(
        severity, _rules(decision, book), pages, targets, policy,  decision.assign,
        decision.tags, [*held, *suppressed], nobody,
    )  # fmt: skip


def _read(connection: Connection, one: Incident, stored: str, now: int) -> tuple[RuleBook, list[str]]:
    book = read_book(connection)
    labels = matched_labels(one.source, one.title, one.labels)
    held = silences_of(active_silences(connection, now), labels)
    found = Inhibitor(connection, book.inhibitions, [stored] if stored else []).why(stored)
    return book, [*held, *([f"inhibition:{found.rule} by {found.source_id}"] if found else [])]


async def _page(text: str, channels: Sequence[str], rule: str, services: Services) -> TrialPage:
    found = await find(Receiver.parse(text), channels, services.clock.now(), services)
    reaches = [f"{way.person or text} by {way.channel}" for way in found.ways]
    return TrialPage(text, rule, reaches, found.missing)


def _rules(decision: Decision, book: RuleBook) -> list[TrialRule]:
    """Those that were asked, then those behind one that said stop."""
    asked = [
        TrialRule(
            one.rule.id, one.rule.name, one.rule.priority, one.matched,
            [part.source + (f" ({part.outcome.error})" if part.outcome.error else "") for part in one.failed],
            _actions(one.rule) if one.matched else (),
        )
        for one in decision.asked
    ]  # fmt: skip
    known = {one.id for one in asked}
    rest = [one for one in book.routes if one.id not in known]
    return asked + [
        TrialRule(one.id, one.name, one.priority, False, ["not asked: a rule before it stops"])
        for one in rest
    ]


def _actions(rule: object) -> list[str]:
    said: Mapping[str, object] = {
        name: getattr(rule, name)
        for name in (
            "severity",
            "assign",
            "tags",
            "receivers",
            "channels",
            "escalation_policy",
            "suppress",
        )
    }
    return [
        f"{name}: {', '.join(value) if isinstance(value, tuple) else value}"
        for name, value in said.items()
        if value
    ]
