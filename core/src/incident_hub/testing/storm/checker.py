"""What must be true of a database after a storm, whatever was killed when. Each fault is one line of text."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, select

from incident_hub.domain.events import EventType
from incident_hub.events.audit import verify
from incident_hub.storage.tables import alert, event, incident, job
from incident_hub.testing.storm.driver import Trouble
from incident_hub.triage.batch import ACTOR

__all__ = ["Remains", "faults", "read_remains"]

_ONCE = (EventType.CREATED.value, EventType.RESOLVED.value)
_TRIAGED = (EventType.STATE_CHANGED.value, EventType.FINDING_ADDED.value)  # whichever triage left


@dataclass(frozen=True, slots=True)
class Remains:
    """The rows that count."""

    alerts: Mapping[str, tuple[str | None, str, str]]  # id: incident id, the sender's number, status
    incidents: Sequence[Any]
    events: Sequence[Any]
    jobs: Sequence[Any]
    audit: str  # empty: sound
    integrity: str

    @property
    def notifications(self) -> dict[str, Any]:
        """The intents to notify, by key."""
        return {row.key: row for row in self.jobs if row.kind == "notify"}


def read_remains(connection: Connection) -> Remains:
    """Read everything."""
    rows = connection.execute(select(alert.c.id, alert.c.incident_id, alert.c.status, alert.c.body))
    report = verify(connection)
    integrity = "ok"
    if connection.dialect.name == "sqlite":
        integrity = str(connection.exec_driver_sql("PRAGMA integrity_check").scalar_one())
    return Remains(
        alerts={row.id: (row.incident_id, orjson.loads(row.body)["external_id"], row.status) for row in rows},
        incidents=connection.execute(select(incident)).all(),
        events=connection.execute(select(event)).all(),
        jobs=connection.execute(select(job)).all(),
        audit="" if report.ok else repr(report),
        integrity=integrity,
    )


def faults(
    remains: Remains, troubles: Sequence[Trouble], heard: Counter[str], kills: int, slots: int
) -> list[str]:
    """Everything that is wrong."""
    found = [*_lost(remains, troubles), *_misplaced(remains, troubles), *_miscounted(remains)]
    found += [*_notified(remains, troubles, heard), *_repeats(remains, heard, kills, slots)]
    found += [
        f"job {row.kind} {row.key} is {row.state}: {row.error}" for row in remains.jobs if row.state != "done"
    ]
    found += [f"audit: {remains.audit}"] if remains.audit else []
    return found + ([f"integrity: {remains.integrity}"] if remains.integrity != "ok" else [])


def _lost(remains: Remains, troubles: Sequence[Trouble]) -> Iterator[str]:
    """Acknowledged alerts that are not there as acknowledged, and deliveries stored more than once."""
    times = Counter(number for _, number, _ in remains.alerts.values())
    for trouble in troubles:
        for alert_id, incident_id in trouble.acked:
            if alert_id not in remains.alerts:
                yield f"lost: alert {alert_id} of {trouble.title}"
            elif remains.alerts[alert_id][0] != incident_id:
                yield f"moved: alert {alert_id} of {trouble.title}"
        yield from (f"twice: delivery {one}" for one in trouble.deliveries if times[one] != 1)


def _misplaced(remains: Remains, troubles: Sequence[Trouble]) -> Iterator[str]:
    """Troubles that are not exactly one incident, in the state that was last reported."""
    by_title = defaultdict(list)
    for row in remains.incidents:
        by_title[row.title].append(row)
    for trouble in troubles:
        rows = by_title.pop(trouble.title, [])
        if len(rows) != 1:
            yield f"{trouble.title} is {len(rows)} incidents"
        elif (rows[0].state == "resolved") is not trouble.resolved:
            yield f"{trouble.title} is {rows[0].state}"
    yield from (f"nobody reported {title}" for title in by_title)


def _miscounted(remains: Remains) -> Iterator[str]:
    """Incidents whose alerts and events do not add up, and events that can happen only once but did twice."""
    alerts = Counter(incident_id for incident_id, _, status in remains.alerts.values() if status == "firing")
    ends = {incident_id for incident_id, _, status in remains.alerts.values() if status == "resolved"}
    told: Counter[str] = Counter()
    once: Counter[tuple[str, ...]] = Counter()
    for row in remains.events:
        if row.type in (EventType.CREATED.value, EventType.ALERT_RECEIVED.value):
            told[row.incident_id] += row.count
        if row.type in _ONCE:
            once[row.incident_id, row.type] += 1
        if row.type in _TRIAGED and row.actor == ACTOR:
            once[row.incident_id, "triage"] += 1
        if row.type == EventType.NOTIFICATION_SENT.value:
            once[row.incident_id, row.type, str(orjson.loads(row.data)["event"])] += 1
    yield from (f"{key} happened {times} times" for key, times in once.items() if times > 1)
    for row in remains.incidents:
        counting = alerts[row.id] + (row.id in ends)  # a repeated end is kept, and changes nothing
        if not row.count == counting == told[row.id]:
            yield f"{row.title} counts {row.count}, has {counting} alerts, tells of {told[row.id]}"
        if row.state != "resolved" and not once[row.id, "triage"]:  # what ended before needs none
            yield f"{row.title} was not triaged"


def _notified(remains: Remains, troubles: Sequence[Trouble], heard: Counter[str]) -> Iterator[str]:
    """Intents that were not written, or say that they are done while nobody was told."""
    over = {trouble.title for trouble in troubles if trouble.resolved}
    told = {tuple(key.split(":")[1:3]) for key in heard}
    for row in remains.incidents:
        begun, ended = (row.id, "created") in told, (row.id, "resolved") in told
        if row.title not in over and not begun:
            yield f"nobody heard of {row.title}"
        if row.title in over and begun and not ended:
            yield f"nobody heard of the end of {row.title}"
    for key, row in remains.notifications.items():
        if row.result == "sent" and not heard[key]:
            yield f"never delivered: {key}"


def _repeats(remains: Remains, heard: Counter[str], kills: int, slots: int) -> Iterator[str]:
    """Deliveries beyond what was in flight when the hub was killed, and keys that nobody asked for."""
    if heard.total() - len(heard) > kills * slots:
        yield f"{heard.total() - len(heard)} repeats of {kills} kills"
    for key, times in heard.items():
        row = remains.notifications.get(key)
        if row is None:
            yield f"unknown key: {key}"
        elif times > min(row.attempts, kills + 1):
            yield f"{key} was delivered {times} times in {row.attempts} attempts"
