"""What the alerts of one fingerprint do to their incident. Rules only: nothing here reads or writes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from incident_hub_hookspecs import IncidentState

from incident_hub.domain.severity import UNTRIAGED
from incident_hub.intake.current import Current
from incident_hub.intake.prepare import PreparedAlert

__all__ = ["KeyPlan", "Verdict", "Windows", "plan_key"]

_ENDED = (IncidentState.RESOLVED.value, IncidentState.CLOSED.value)


@dataclass(frozen=True, slots=True)
class Windows:
    """Microseconds: how long one-shot alerts join an incident, and how long an ended one comes back."""

    deduplication: int
    reopen: int


class Verdict:
    """What became of an alert."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REOPENED = "reopened"
    RESOLVED = "resolved"
    IGNORED = "ignored"


@dataclass(slots=True)
class KeyPlan:
    """The outcome for one fingerprint. `opened` is the alert that makes a new incident.

    `current` starts as the incident that holds the fingerprint and ends as the one that will;
    `released` is an older one that lets go of it.
    """

    current: Current | None
    opened: PreparedAlert | None = None
    released: Current | None = None
    joined: int = 0
    severity_before: str | None = None
    reopened_from: str | None = None
    resolved_from: str | None = None
    verdicts: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether an existing incident changes in more than its count."""
        return bool(self.severity_before or self.reopened_from or self.resolved_from)


def plan_key(
    current: Current | None, alerts: Sequence[PreparedAlert], windows: Windows, now: int, ids: Iterator[str]
) -> KeyPlan:
    """Apply the alerts in the order in which they came; a new incident takes the next of the ids."""
    plan = KeyPlan(current)
    for alert in alerts:
        verdict = _fire(plan, alert, windows, now, ids) if alert.firing else _resolve(plan, alert, now)
        plan.verdicts.append((verdict, plan.current.id if plan.current else None))
    return plan


def _fire(plan: KeyPlan, alert: PreparedAlert, windows: Windows, now: int, ids: Iterator[str]) -> str:
    current = plan.current
    if current is None or _is_over(current, alert, windows, now):
        return _open(plan, alert, now, next(ids))
    if current.state in _ENDED:
        plan.reopened_from = plan.reopened_from or current.state
        plan.resolved_from = None
        current.state = IncidentState.INVESTIGATING.value
        current.resolved_at = current.closed_at = None
        _join(plan, current, alert, now)
        return Verdict.REOPENED
    _join(plan, current, alert, now)
    return Verdict.DUPLICATE


def _is_over(current: Current, alert: PreparedAlert, windows: Windows, now: int) -> bool:
    if current.state in _ENDED:
        return now - current.ended_at > windows.reopen
    stateful = current.stateful or alert.stateful
    return not stateful and now - current.last_seen > windows.deduplication


def _open(plan: KeyPlan, alert: PreparedAlert, now: int, new_id: str) -> str:
    if plan.current is not None and plan.opened is None:
        plan.released = plan.current
    plan.opened = alert
    plan.joined = 0
    plan.current = Current(
        id=new_id,
        fingerprint=alert.fingerprint,
        state=IncidentState.DETECTED.value,
        severity=alert.severity or UNTRIAGED.value,
        reported_severity=alert.severity,
        stateful=alert.stateful,
        last_seen=now,
        expires_at=_expiry(alert),
        resolved_at=None,
        closed_at=None,
        merged_into=None,
        version=1,
    )
    return Verdict.ACCEPTED


def _join(plan: KeyPlan, current: Current, alert: PreparedAlert, now: int) -> None:
    plan.joined += 1
    current.last_seen = max(current.last_seen, now)
    current.expires_at = _expiry(alert)
    current.stateful = max(current.stateful, alert.stateful)
    reported = alert.severity
    if reported and reported < (current.reported_severity or "P9"):
        current.reported_severity = reported
        if reported < current.severity:
            plan.severity_before = plan.severity_before or current.severity
            current.severity = reported


def _resolve(plan: KeyPlan, alert: PreparedAlert, now: int) -> str:
    current = plan.current
    if current is None or current.state in _ENDED:
        return Verdict.IGNORED
    plan.joined += 1
    plan.resolved_from = plan.resolved_from or current.state
    current.state = IncidentState.RESOLVED.value
    current.resolved_at = min(alert.ends_at or now, now)
    current.expires_at = None
    current.last_seen = max(current.last_seen, now)
    return Verdict.RESOLVED


def _expiry(alert: PreparedAlert) -> int | None:
    return alert.ends_at if alert.stateful else None
