"""A person opens an incident."""

from dataclasses import asdict

from incident_hub_hookspecs import Alert, IncidentState
from sqlalchemy import Connection, RowMapping, insert

from incident_hub.domain.correlation import correlation_key
from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.fingerprint import fingerprint
from incident_hub.domain.ids import new_id
from incident_hub.domain.jobs import NewJob, Priority
from incident_hub.domain.severity import UNTRIAGED
from incident_hub.events.append import append_events
from incident_hub.lifecycle.inputs import clean_labels, clean_list, clean_text, plain_text
from incident_hub.lifecycle.requests import IncidentDraft
from incident_hub.storage.incidents import encoded
from incident_hub.storage.tables import incident
from incident_hub.work.queue import enqueue

__all__ = ["open_incident"]


def open_incident(connection: Connection, draft: IncidentDraft, actor: str, now: int) -> RowMapping:
    """Insert the incident, say so on the timeline and ask for triage.

    It takes no deduplication key: two people who open the same problem get two incidents to merge.
    """
    values = _row(draft, now)
    row = connection.execute(insert(incident).values(**values).returning(incident)).mappings().one()
    data = {"severity": values["severity"], "fingerprint": values["fingerprint"]}
    append_events(connection, [NewEvent(values["id"], EventType.CREATED, now, actor, data)])
    job = NewJob(kind="triage", payload={"incidents": [values["id"]]}, priority=Priority.TRIAGE)
    enqueue(connection, [job], now)
    return row


def _row(draft: IncidentDraft, now: int) -> dict[str, str]:
    alert = _alert(draft)
    times = dict.fromkeys(("created_at", "updated_at", "first_seen", "last_seen"), now)
    own_id = new_id(now)
    values = {
        "id": own_id,
        "dedup_slot": own_id,
        "fingerprint": fingerprint(alert),
        "title": alert.title,
        "description": alert.description,
        "source": alert.source,
        "severity": (draft.severity or UNTRIAGED).value,
        "reported_severity": None if draft.severity is None else draft.severity.value,
        "state": IncidentState.DETECTED.value,
        "type": draft.type.value,
        "resources": list(alert.resources),
        "labels": alert.labels,
        "llm": {name: text for name, text in asdict(alert.llm).items() if text},
        "correlation_key": correlation_key(alert),
    }
    return encoded(values | times)


def _alert(draft: IncidentDraft) -> Alert:
    """The draft's texts, checked and redacted, in the shape that fingerprint and correlation read."""
    for name, text in asdict(draft.llm).items():
        plain_text(f"llm.{name}", text, 255)
    return Alert(
        source=plain_text("source", draft.source, 255, required=True),
        title=clean_text("title", draft.title, 500, required=True),
        description=clean_text("description", draft.description, 100_000),
        type=draft.type,
        resources=tuple(clean_list("resources", draft.resources)),
        labels=clean_labels("labels", draft.labels),
        llm=draft.llm,
    )
