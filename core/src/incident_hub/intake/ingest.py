"""Alerts, incidents, events and intents, written together."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from incident_hub.domain.escalation import RunState
from incident_hub.domain.events import NewEvent
from incident_hub.domain.ids import endless_ids, new_ids
from incident_hub.domain.jobs import NewJob, Priority
from incident_hub.events.append import append_events
from incident_hub.intake.current import BY_SOURCE, Current, claim, held_keys, load_current
from incident_hub.intake.event_time import reported_ends
from incident_hub.intake.plan import KeyPlan, Windows, plan_key
from incident_hub.intake.prepare import PreparedAlert
from incident_hub.intake.returning import mute_returned
from incident_hub.intake.rows import (
    CHANGE,
    FORGET,
    NOBODYS,
    TOUCH,
    change_row,
    events_of,
    incident_row,
    touch_row,
)
from incident_hub.intake.silences import ActiveSilence, active_silences, silenced_by
from incident_hub.intake.submission import Ack
from incident_hub.lifecycle.consequences import routing_job
from incident_hub.lifecycle.runs import start_job, stop_runs
from incident_hub.lifecycle.sla_clocks import clock_job, meet_all, restart_clocks
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
    mute_returned(connection, by_key, plans, silences, windows.damping, now)
    return acks


def _claimed_plans(
    connection: Connection, by_key: _ByKey, silences: Sequence[ActiveSilence], windows: Windows, now: int
) -> dict[str, KeyPlan]:
    """Plan every fingerprint and claim the new incidents; who comes second plans again and joins the first.

    New ones are claimed, in order, before any incident is locked: who waits for another's claim holds
    no lock that the other could wait for.
    """
    plans: dict[str, KeyPlan] = {}
    ids = endless_ids(now, len(by_key))
    ends: dict[str, int] = {}

    def planned(keys: Sequence[str], current: Mapping[str, Current]) -> list[str]:
        """Plan these; return those whose claim another writer was quicker with."""
        new = {key: by_key[key] for key in keys if key not in current}
        ends.update(reported_ends(connection, new))
        for key in keys:
            plans[key] = plan_key(current.get(key), by_key[key], windows, now, ids, ends.get(key))
        return _claim(connection, {key: plans[key] for key in sorted(keys)}, silences, now)

    waiting = list(by_key)
    for _ in range(_ATTEMPTS):
        held = held_keys(connection, waiting)
        lost = planned([key for key in waiting if key not in held], {})
        known = [*held, *lost]
        waiting = planned(known, load_current(connection, known)) if known else []
        if not waiting:
            return plans
    raise RuntimeError("a fingerprint was taken by another writer eight times in a row")


def _claim(
    connection: Connection, plans: Mapping[str, KeyPlan], silences: Sequence[ActiveSilence], now: int
) -> list[str]:
    released = [(one.id, one.id) for plan in plans.values() if (one := plan.released) is not None]
    update_rows(connection, incident, ("dedup_slot",), released)
    rows = [
        incident_row(plan, opened, silenced_by(silences, opened), now)
        for plan in plans.values()
        if (opened := plan.opened) is not None
    ]
    lost = claim(connection, rows)
    return [key for key, plan in plans.items() if plan.current and plan.current.id in lost] if lost else []


def _write_changes(connection: Connection, plans: Iterable[KeyPlan], now: int) -> None:
    joined = [plan for plan in plans if (plan.joined or plan.recovered) and plan.current is not None]
    touched = [touch_row(plan) for plan in joined if not plan.changed]
    changed = [change_row(plan, now) for plan in joined if plan.changed]
    update_rows(connection, incident, TOUCH, sorted(touched, key=itemgetter(-1)))
    update_rows(connection, incident, CHANGE, sorted(changed, key=itemgetter(-1)))
    returned = sorted(
        (one.id, one.resolved_by) for plan in joined if plan.reopened_from and (one := plan.current)
    )
    update_rows(connection, incident, FORGET, [(None, None, key) for key, _ in returned])
    by_hand = [
        (None, None, key) for key, who in returned if who and who != BY_SOURCE and not who.startswith("hub:")
    ]
    update_rows(connection, incident, NOBODYS, by_hand)


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
    append_events(connection, [*events, *_followed(connection, plans.values(), now)])
    enqueue(connection, _jobs(plans.values()), now)


def _followed(connection: Connection, plans: Iterable[KeyPlan], now: int) -> list[NewEvent]:
    """What is over pages nobody any more, and its clocks stand; those of what came back run again."""
    known = [plan for plan in plans if plan.opened is None]
    ended = sorted(plan.current.id for plan in known if plan.resolved_from and plan.current)
    returned = sorted(plan.current.id for plan in known if plan.reopened_from and plan.current)
    restart_clocks(connection, [key for key in returned if key not in ended], now)
    if not ended:
        return []
    meet_all(connection, ended, now)
    return stop_runs(connection, ended, RunState.RESOLVED, "hub:intake", now)


def _jobs(plans: Iterable[KeyPlan]) -> list[NewJob]:
    """One triage intent for all that is new, a routing intent for each end or return of an incident.

    What came back or became worse may need an escalation that it had not.
    """
    opened: list[str] = []
    urgent: list[str] = []
    jobs: list[NewJob] = []
    for plan in plans:
        current = plan.current
        if current is None:
            continue
        if plan.opened is not None:
            opened.append(current.id)
        elif plan.reopened_from or plan.severity_before:
            urgent.append(current.id)
        ended = None if plan.recovered else plan.resolved_from  # nobody was told of its beginning
        for happened, name in ((ended, "resolved"), (plan.reopened_from, "reopened")):
            if happened:
                jobs.append(routing_job(current.id, name, current.version))
    if urgent:
        jobs += [start_job(urgent, "it came back or became worse"), clock_job(urgent)]
    if opened:
        jobs.append(NewJob("triage", {"incidents": opened}, priority=Priority.TRIAGE))
    return jobs
