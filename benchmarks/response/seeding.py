"""Incidents whose escalation waits for a timer, many at once."""

import time
from collections.abc import Sequence

import orjson
from incident_hub.domain.ids import new_ids
from incident_hub.domain.times import SECOND
from incident_hub.host.config import NotifyConfig, NotifyTarget
from incident_hub.lifecycle.runs import timer_job
from incident_hub.response.escalation.document import policy_from, policy_json
from incident_hub.storage.bulk import insert_rows
from incident_hub.storage.database import Database
from incident_hub.storage.escalations import RunRow
from incident_hub.storage.tables import incident
from incident_hub.storage.tables_escalation import escalation
from incident_hub.work.queue import enqueue
from sqlalchemy import Connection

__all__ = ["NOTIFY", "fill"]

NOTIFY = NotifyConfig(targets=(NotifyTarget("pager", min_severity="P0", on=()),))
POLICY = policy_from({
    "id": "bench",
    "levels": [{"targets": ["target:pager.0"]}, {"targets": ["target:pager.0"], "delay_seconds": 86400}],
})  # fmt: skip
DOCUMENT = policy_json(POLICY)
_DAY = 86_400 * SECOND
_PORTION = 5_000
_COLUMNS = (
    "id", "fingerprint", "dedup_slot", "title", "source", "severity", "state", "type", "created_at", "updated_at",
    "first_seen", "last_seen",
)  # fmt: skip


async def fill(database: Database, pending: int, due: Sequence[int]) -> list[str]:
    """Write runs that wait for a day and more, and one for each moment in `due`; returns the incidents' ids.

    Without moments they are the ids of those that wait.
    """
    now = time.time_ns() // 1000
    moments = [now + _DAY + index for index in range(pending)] + list(due)
    ids: list[str] = []
    for start in range(0, len(moments), _PORTION):
        part = moments[start : start + _PORTION]
        ids += await database.write(lambda c, part=part: _write(c, part, now))
    return ids[pending:] if due else ids


def _write(connection: Connection, moments: Sequence[int], now: int) -> list[str]:
    ids, runs = new_ids(now, len(moments)), new_ids(now, len(moments))
    same = ("trouble", "bench", "P1", "triaged", "unknown", now, now, now, now)
    rows = [(key, key.replace("-", ""), key, *same) for key in ids]
    insert_rows(connection, incident, _COLUMNS, rows)
    because = orjson.dumps({"bench": True}).decode()
    values = [
        RunRow(run, key, 1, "bench", DOCUMENT, "active", 1, 0, 0, at, None, None, "[]", because, now, "bench", None,
               None, None)
        for key, run, at in zip(ids, runs, moments, strict=True)
    ]  # fmt: skip
    insert_rows(connection, escalation, RunRow._fields, values)
    enqueue(connection, [timer_job(one.id, one.incident_id, 1, one.next_at or 0) for one in values], now)
    return ids
