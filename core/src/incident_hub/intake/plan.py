"""What the alerts of one fingerprint do to their incident. Rules only: nothing here reads or writes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from incident_hub_hookspecs import IncidentState

from incident_hub.domain.severity import UNTRIAGED
from incident_hub.intake.current import BY_SOURCE, Current
from incident_hub.intake.damping import NEVER, Damping
from incident_hub.intake.event_time import began_at, ends_now, has_recovered, is_late
from incident_hub.intake.prepare import PreparedAlert

__all__ = ["KeyPlan", "Verdict", "Windows", "plan_key"]

_ENDED = (IncidentState.RESOLVED.value, IncidentState.CLOSED.value)


@dataclass(frozen=True, slots=True)
class Windows:
    """Microseconds: how long one-shot alerts join an incident, and how long an ended one comes back."""

    deduplication: int
    reopen: int
    damping: Damping = NEVER


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
    `released` is an older one that lets go of it; `recovered` says that the new one was over before it came,
    `earlier` that the existing one began before it was known to.
    """

    current: Current | None
    opened: PreparedAlert | None = None
    released: Current | None = None
    joined: int = 0
    severity_before: str | None = None
    reopened_from: str | None = None
    resolved_from: str | None = None
    recovered: bool = False
    earlier: bool = False
    verdicts: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether an existing incident changes in more than its count."""
        return bool(self.severity_before or self.reopened_from or self.resolved_from or self.earlier)


def plan_key(
    current: Current | None,
    alerts: Sequence[PreparedAlert],
    windows: Windows,
    now: int,
    ids: Iterator[str],
    ended: int | None = None,
) -> KeyPlan:
    """Apply the alerts in the order in which they came; a new incident takes the next of the ids.

    `ended` is the latest end that the source reported while there was no incident.
    """
    plan = KeyPlan(current)
    for alert in alerts:
        if not alert.firing:
            verdict = _resolve(plan, alert, now)
            ended = max(ended or 0, min(alert.ends_at or now, now)) if plan.current is None else ended
        elif (over := has_recovered(alert, ended, now)) is not None:
            verdict = _fire_late(plan, alert, windows, now, ids, over)
        else:
            verdict = _fire(plan, alert, windows, now, ids)
        plan.verdicts.append((verdict, plan.current.id if plan.current else None))
    return plan


def _fire(plan: KeyPlan, alert: PreparedAlert, windows: Windows, now: int, ids: Iterator[str]) -> str:
    current = plan.current
    if current is None or _is_over(current, alert, windows, now):
        return _open(plan, alert, now, next(ids))
    if plan.recovered:
        _unrecover(plan, current)
    if current.state in _ENDED and is_late(
        alert, current.resolved_at, of_source=current.resolved_by == BY_SOURCE
    ):
        _join(plan, current, alert, now)
        current.expires_at = None
        return Verdict.DUPLICATE
    if current.state in _ENDED:
        plan.reopened_from = plan.reopened_from or current.state
        plan.resolved_from = None
        current.state = IncidentState.INVESTIGATING.value
        current.resolved_at = current.closed_at = None
        _join(plan, current, alert, now)
        return Verdict.REOPENED
    _join(plan, current, alert, now)
    return Verdict.DUPLICATE


def _fire_late(
    plan: KeyPlan, alert: PreparedAlert, windows: Windows, now: int, ids: Iterator[str], over: int
) -> str:
    """The alert tells of a problem that has an end already: it opens none that burns, and reopens none."""
    current = plan.current
    if current is None or _is_over(current, alert, windows, now):
        verdict = _open(plan, alert, now, next(ids))
        plan.recovered = True
        if plan.current is not None:
            plan.current.last_seen = max(over, plan.current.first_seen)
            _end(plan, plan.current, over)
        return verdict
    ends = current.state not in _ENDED and ends_now(over, current.last_seen)
    _join(plan, current, alert, now, seen=over)
    if ends:
        _end(plan, current, over)
        return Verdict.RESOLVED
    return Verdict.DUPLICATE


def _unrecover(plan: KeyPlan, current: Current) -> None:
    """It burns after all, and nothing of its end is written yet."""
    plan.recovered, plan.resolved_from = False, None
    current.state = IncidentState.DETECTED.value
    current.resolved_at = current.resolved_by = None


def _end(plan: KeyPlan, current: Current, at: int) -> None:
    plan.resolved_from = plan.resolved_from or current.state
    current.state = IncidentState.RESOLVED.value
    current.resolved_at = at
    current.resolved_by = BY_SOURCE
    current.expires_at = None


def _is_over(current: Current, alert: PreparedAlert, windows: Windows, now: int) -> bool:
    if current.state in _ENDED:
        return now - current.ended_at > windows.reopen
    stateful = current.stateful or alert.stateful
    return not stateful and now - current.last_seen > windows.deduplication


def _open(plan: KeyPlan, alert: PreparedAlert, now: int, new_id: str) -> str:
    if plan.current is not None and plan.opened is None:
        plan.released = plan.current
    plan.opened = alert
    plan.recovered = plan.earlier = False
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
        resolved_by=None,
        first_seen=began_at(alert, now),
    )
    return Verdict.ACCEPTED


def _join(plan: KeyPlan, current: Current, alert: PreparedAlert, now: int, seen: int | None = None) -> None:
    """`seen` is when the problem burned last, where that is not now."""
    plan.joined += 1
    current.last_seen = max(current.last_seen, now if seen is None else seen)
    current.expires_at = _expiry(alert)
    current.stateful = max(current.stateful, alert.stateful)
    if alert.starts_at is not None and (began := began_at(alert, now)) < current.first_seen:
        current.first_seen = began
        plan.earlier = plan.opened is None
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
    over = min(alert.ends_at or now, now)
    _end(plan, current, over)
    current.last_seen = max(current.last_seen, over)
    return Verdict.RESOLVED


def _expiry(alert: PreparedAlert) -> int | None:
    return alert.ends_at if alert.stateful else None
