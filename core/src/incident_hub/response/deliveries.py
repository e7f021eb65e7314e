"""What the timeline knows of notifications that went out before."""

import orjson
from sqlalchemy import Connection, select

from incident_hub.domain.events import EventType
from incident_hub.storage.tables import event, job
from incident_hub.triage.batch import IDS
from incident_hub.triage.route import notify_key

__all__ = ["asked_before", "heard"]

_SENT = EventType.NOTIFICATION_SENT.value


def heard(connection: Connection, incident_id: str) -> dict[str, bool]:
    """For each target that was told of the incident, or spared it: whether anything may have gone out.

    What was spared only at a later attempt may have gone out at one before: who sent it died with the answer.
    """
    query = select(event.c.data).where(event.c.incident_id == incident_id, event.c.type == _SENT)
    told: dict[str, bool] = {}
    for (data,) in connection.execute(query):
        said = orjson.loads(data)
        target = str(said.get("target", ""))
        told[target] = told.get(target, False) or "skipped" not in said or said.get("attempts", 1) > 1
    return told


def asked_before(connection: Connection, incident_id: str, targets: list[str]) -> set[str]:
    """The targets to which a notification of the beginning is written, sent or still waiting."""
    keys = {notify_key(incident_id, "created", "1", target): target for target in targets}
    rows = connection.execute(select(job.c.key).where(job.c.key.in_(IDS)), {"ids": list(keys)})
    return {keys[row.key] for row in rows}
