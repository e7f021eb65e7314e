"""Beginning a run, whoever asks for it: one live run an incident."""

from collections.abc import Mapping

import orjson
from sqlalchemy import Connection

from incident_hub.domain.escalation import LIVE, EscalationPolicy, RunState
from incident_hub.domain.events import EventType
from incident_hub.domain.ids import new_id
from incident_hub.domain.times import SECOND
from incident_hub.lifecycle.runs import timer_job
from incident_hub.response.escalation.course import begin
from incident_hub.response.escalation.document import policy_json
from incident_hub.response.escalation.writing import Writing
from incident_hub.storage.escalations import RunRow, insert_run
from incident_hub.storage.reading.escalations import latest_runs
from incident_hub.work.lease import database_now

__all__ = ["start_run"]


def start_run(
    connection: Connection,
    incident_id: str,
    policy: EscalationPolicy,
    *,
    actor: str,
    because: Mapping[str, object],
    now: int,
    replace: bool = False,
    restart: bool = False,
) -> str | None:
    """Begin to take the incident through the policy; returns the run's id.

    The caller holds the incident's row. None: it has a live run already. With `replace` that one is stopped,
    unless it goes through the same policy and is not to `restart`. `because` says who wanted it;
    `{"new": True}` in it says that the incident has just begun.
    """
    clock = database_now(connection, now)
    writing = Writing(now, clock, actor)
    last = latest_runs(connection, [incident_id]).get(incident_id)
    if last is not None and last.state in LIVE:
        if not replace or (last.policy_id == policy.id and not restart):
            return None
        writing.halt(last, RunState.STOPPED)
        writing.say(last, EventType.ESCALATION_STOPPED, why="another run takes its place")
        writing.write(connection)
        writing = Writing(now, clock, actor)
    place = begin(policy)
    run = RunRow(
        id=new_id(now), incident_id=incident_id, serial=1 if last is None else last.serial + 1,
        policy_id=policy.id, document=policy_json(policy), state=RunState.ACTIVE, step=1, level=0, round=0,
        next_at=clock + place.wait, remaining=None,
        repage=None if policy.repage_seconds is None else int(policy.repage_seconds * SECOND),
        visited="[]", because=orjson.dumps(dict(because)).decode(), started_at=now, started_by=actor[:255],
        fired_at=None, stopped_at=None, stopped_by=None,
    )  # fmt: skip
    if not insert_run(connection, run):
        return None
    writing.jobs.append(timer_job(run.id, incident_id, run.step, clock + place.wait))
    writing.say(run, EventType.ESCALATION_STARTED, levels=len(policy.levels), because=dict(because))
    writing.write(connection)
    return run.id
