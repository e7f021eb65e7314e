"""Alerts, incidents, events and intents, written together."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from incident_hub.domain.ids import endless_ids, new_ids
from incident_hub.domain.jobs import NewJob, Priority
from incident_hub.events.append import append_events
from incident_hub.intake.current import claim, load_current
from incident_hub.intake.plan import KeyPlan, Windows, plan_key
from incident_hub.intake.prepare import PreparedAlert
from incident_hub.intake.rows import CHANGE, FORGET, TOUCH, change_row, events_of, incident_row, touch_row
from incident_hub.intake.silences import ActiveSilence, active_silences, silenced_by
from incident_hub.intake.submission import Ack
from incident_hub.storage.bulk import insert_rows, update_rows
from incident_hub.storage.tables import alert as alert_table
from incident_hub.storage.tables import incident
from incident_hub.work.queue import enqueue

__all__ = ["ingest"]

_ALERT = (
    "id", "incident_id", "fingerprint", "status", "severity", "received_at", "starts_at", "ends_at",
    "silenced_by", "body",
)  # fmt: skip
_ATTEMPTS = 8
_ByKey = Mapping[str, Sequence[PreparedAlert]]


def ingest(connection: Connection, alerts: Sequence[PreparedAlert], windows: Windows, now: int) -> list[Ack]:
    """Write the alerts and all that follows from them; one answer an alert, in order."""
    if not alerts:
        return []
    silences = active_silences(connection, now)
    by_key: dict[str, list[PreparedAlert]] = {}
    for item in alerts:
        by_key.setdefault(item.fingerprint, []).append(item)
    plans = _claimed_plans(connection, by_key, silences, windows, now)
    _write_changes(connection, plans.values(), now)
    acks = _write_alerts(connection, alerts, plans, silences, now)
    _write_consequences(connection, by_key, plans, now)
    return acks


def _claimed_plans(
    connection: Connection, by_key: _ByKey, silences: Sequence[ActiveSilence], windows: Windows, now: int
) -> dict[str, KeyPlan]:
    """Plan every fingerprint and claim the new incidents; who comes second plans again and joins the first."""
    plans: dict[str, KeyPlan] = {}
    waiting = list(by_key)
    ids = endless_ids(now, len(waiting))
    for _ in range(_ATTEMPTS):
        current = load_current(connection, waiting)
        for key in waiting:
            plans[key] = plan_key(current.get(key), by_key[key], windows, now, ids)
        released = [(p.released.id, p.released.id) for k in waiting if (p := plans[k]).released is not None]
        update_rows(connection, incident, ("dedup_slot",), released)
        opened = [(k, plans[k]) for k in sorted(waiting) if plans[k].opened is not None]
        rows = [
            incident_row(p, p.opened, silenced_by(silences, p.opened), now) for _, p in opened if p.opened
        ]
        lost = claim(connection, rows)
        waiting = [k for k, p in opened if p.current and p.current.id in lost] if lost else []
        if not waiting:
            return plans
    raise RuntimeError("a fingerprint was taken by another writer eight times in a row")


def _write_changes(connection: Connection, plans: Iterable[KeyPlan], now: int) -> None:
    joined = [plan for plan in plans if plan.joined and plan.current is not None]
    touched = [touch_row(plan) for plan in joined if not plan.changed]
    changed = [change_row(plan, now) for plan in joined if plan.changed]
    update_rows(connection, incident, TOUCH, sorted(touched, key=itemgetter(-1)))
    update_rows(connection, incident, CHANGE, sorted(changed, key=itemgetter(-1)))
    returned = [plan.current.id for plan in joined if plan.reopened_from and plan.current]
    update_rows(connection, incident, FORGET, [(None, None, None, None, i) for i in sorted(returned)])


def _write_alerts(
    connection: Connection,
    alerts: Sequence[PreparedAlert],
    plans: Mapping[str, KeyPlan],
    silences: Sequence[ActiveSilence],
    now: int,
) -> list[Ack]:
    verdicts = {key: iter(plan.verdicts) for key, plan in plans.items()}
    rows: list[tuple[Any, ...]] = []
    acks: list[Ack] = []
    for alert_id, item in zip(new_ids(now, len(alerts)), alerts, strict=True):
        verdict, incident_id = next(verdicts[item.fingerprint])
        muted = silenced_by(silences, item) if silences else None
        status = "firing" if item.firing else "resolved"
        rows.append(
            (alert_id, incident_id, item.fingerprint, status, item.severity, now, item.starts_at, item.ends_at,
             muted, item.body)
        )  # fmt: skip
        acks.append(Ack(alert_id, incident_id, verdict))
    insert_rows(connection, alert_table, _ALERT, rows)
    return acks


def _write_consequences(
    connection: Connection, by_key: _ByKey, plans: Mapping[str, KeyPlan], now: int
) -> None:
    events = [e for key, plan in plans.items() for e in events_of(plan, by_key[key][0].source, now)]
    append_events(connection, events)
    enqueue(connection, _jobs(plans.values()), now)


def _jobs(plans: Iterable[KeyPlan]) -> list[NewJob]:
    """One triage intent for all that is new, and a routing intent for each end or return of an incident."""
    opened: list[str] = []
    jobs: list[NewJob] = []
    for plan in plans:
        current = plan.current
        if current is None:
            continue
        if plan.opened is not None:
            opened.append(current.id)
        for happened, name in ((plan.resolved_from, "resolved"), (plan.reopened_from, "reopened")):
            if happened:
                key = f"route:{current.id}:{name}:{current.version}"
                payload = {"incident": current.id, "event": name}
                jobs.append(NewJob("route", payload, key, current.id, priority=Priority.NORMAL))
    if opened:
        jobs.append(NewJob("triage", {"incidents": opened}, priority=Priority.TRIAGE))
    return jobs
