"""The runs whose timers fired, read together with their incidents; and the same rows held, to be written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from incident_hub_hookspecs import Incident, IncidentState
from sqlalchemy import Connection, select

from incident_hub.domain.escalation import LIVE, EscalationPolicy
from incident_hub.domain.jobs import Job
from incident_hub.response.escalation.document import policy_of
from incident_hub.storage.escalations import RunRow, documents, lock_runs, runs_by_id
from incident_hub.storage.tables import incident
from incident_hub.triage.batch import IDS, load_views

__all__ = ["Due", "Held", "hold", "load_due", "steps_of"]

_NOW = ("id", "state", "severity", "acknowledged_by", "silenced_by", "merged_into", "escalation_level")
_HOLD = (
    select(*(incident.c[name] for name in _NOW))
    .where(incident.c.id.in_(IDS))
    .order_by(incident.c.id)
    .with_for_update(key_share=True)
)


@dataclass(frozen=True, slots=True)
class Due:
    """A run whose timer is the one that counts. `following` is the policy that comes after its own, if any."""

    run: RunRow
    policy: EscalationPolicy
    incident: Incident
    following: EscalationPolicy | None = None


class Held(NamedTuple):
    """A run and its incident as they are now, which nobody else changes until the transaction ends."""

    run: RunRow
    incident: Any

    @property
    def over(self) -> bool:
        """Whether there is nothing left to escalate."""
        return not IncidentState(self.incident.state).active or self.incident.merged_into is not None


def steps_of(jobs: Sequence[Job]) -> dict[str, int]:
    """The steps that these timers stand for, by run; a run's newest timer is the one that can count."""
    found: dict[str, int] = {}
    for job in jobs:
        run, step = str(job.payload.get("run")), job.payload.get("step")
        if isinstance(step, int):
            found[run] = max(step, found.get(run, 0))
    return found


def load_due(connection: Connection, steps: Mapping[str, int]) -> list[Due]:
    """Those runs that still wait for their step; the others were stopped, or went on, meanwhile."""
    runs = {key: run for key, run in runs_by_id(connection, steps.keys()).items() if _waits(run, steps[key])}
    incidents = load_views(connection, sorted({run.incident_id for run in runs.values()}), merged=True)
    policies = {key: policy_of(run.document) for key, run in runs.items()}
    wanted = {one.next_policy for one in policies.values() if one.next_policy}
    known = {key: policy_of(text) for key, text in documents(connection, wanted).items()}
    return [
        Due(run, policies[key], incidents[run.incident_id], _following(run, policies[key], known))
        for key, run in runs.items()
        if run.incident_id in incidents
    ]


def hold(connection: Connection, due: Sequence[Due]) -> dict[str, Held]:
    """The runs by id that still wait for the step they were read with; incidents first, as everybody does."""
    ids = sorted({one.run.incident_id for one in due})
    incidents = {row.id: row for row in connection.execute(_HOLD, {"ids": ids})} if ids else {}
    runs = lock_runs(connection, [one.run.id for one in due])
    steps = {one.run.id: one.run.step for one in due}
    return {
        key: Held(run, incidents[run.incident_id])
        for key, run in runs.items()
        if run.incident_id in incidents and _waits(run, steps[key])
    }


def _waits(run: RunRow, step: int) -> bool:
    return run.step == step and run.state in LIVE and run.next_at is not None


def _following(
    run: RunRow, policy: EscalationPolicy, known: Mapping[str, EscalationPolicy]
) -> EscalationPolicy | None:
    """The next policy, unless this run came through it: then it would go round for ever."""
    visited = {run.policy_id, *orjson.loads(run.visited)}
    return None if policy.next_policy in visited else known.get(policy.next_policy)
