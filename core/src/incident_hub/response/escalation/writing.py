"""What one transaction writes of several runs: collected while they are looked at, written together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.jobs import NewJob
from incident_hub.events.append import append_events
from incident_hub.lifecycle.runs import timer_job
from incident_hub.response.escalation.course import Place
from incident_hub.storage.bulk import update_rows
from incident_hub.storage.escalations import RunRow, set_runs
from incident_hub.storage.tables import incident
from incident_hub.work.notifications import enqueue_notifications

__all__ = ["ACTOR", "Writing"]

ACTOR = "hub:escalation"
_UNACKNOWLEDGED = ("acknowledged_by", "acknowledged_at", "version = version + ?", "updated_at")


@dataclass(slots=True)
class Writing:
    """`now` is the hub's time, for what people read; `clock` the one in which timers count."""

    now: int
    clock: int
    actor: str = ACTOR
    runs: list[RunRow] = field(default_factory=list)
    jobs: list[NewJob] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)
    levels: list[tuple[int, str]] = field(default_factory=list)
    unacknowledged: list[str] = field(default_factory=list)

    def say(self, run: RunRow, kind: EventType, **data: object) -> None:
        """Put an event on the incident's timeline."""
        said = {"escalation": run.id, "policy": run.policy_id, **data}
        self.events.append(NewEvent(run.incident_id, kind, self.now, self.actor, said))

    def wait(self, run: RunRow, place: Place, **changed: Any) -> RunRow:  # noqa: ANN401 - columns
        """Let the run wait at a place; what timer it had is over."""
        values: Mapping[str, Any] = {
            "state": "active", "step": run.step + 1, "level": place.level, "round": place.round,
            "next_at": self.clock + place.wait, "remaining": None, "stopped_at": None, "stopped_by": None,
        }  # fmt: skip
        fresh = run._replace(**{**values, **changed})
        self.runs.append(fresh)
        self.jobs.append(timer_job(fresh.id, fresh.incident_id, fresh.step, self.clock + place.wait))
        return fresh

    def halt(self, run: RunRow, state: str, **changed: Any) -> RunRow:  # noqa: ANN401 - columns
        """Let the run wait for nothing any more."""
        values: Mapping[str, Any] = {
            "state": state, "step": run.step + 1, "next_at": None, "remaining": None, "stopped_at": self.now,
            "stopped_by": self.actor,
        }  # fmt: skip
        fresh = run._replace(**{**values, **changed})
        self.runs.append(fresh)
        return fresh

    def unacknowledge(self, incident_id: str, who: str, why: str) -> None:
        """Nobody has the incident any more: else nobody could take it on again."""
        self.unacknowledged.append(incident_id)
        data = {"before": who, "after": None, "reason": why}
        self.events.append(NewEvent(incident_id, EventType.UNACKNOWLEDGED, self.now, self.actor, data))

    def write(self, connection: Connection) -> None:
        """Write it all; the caller holds the incidents and the runs.

        A level that fires raises no version: somebody who is about to acknowledge is not in its way.
        """
        set_runs(connection, self.runs)
        update_rows(connection, incident, ("escalation_level",), sorted(self.levels, key=lambda one: one[1]))
        free = [(None, None, 1, self.now, key) for key in sorted(set(self.unacknowledged))]
        update_rows(connection, incident, _UNACKNOWLEDGED, free)
        append_events(connection, self.events)
        enqueue_notifications(connection, self.jobs, self.now)
