"""One incident inside one transaction: locked, changed in memory, written once with its events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from incident_hub_hookspecs import IncidentState
from sqlalchemy import Connection, RowMapping, update

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.states import InvalidTransitionError, check_transition
from incident_hub.events.append import append_events
from incident_hub.lifecycle.consequences import follow_up
from incident_hub.lifecycle.errors import IncidentNotFoundError, VersionConflictError
from incident_hub.storage.incidents import decoded, encoded, lock_incident
from incident_hub.storage.tables import incident

__all__ = ["Change"]


class Change:
    """Rules `set` columns and `record` events; `save` writes both, or nothing when nothing changed.

    What follows from the change, as the end of an escalation, is written with it.
    """

    def __init__(self, connection: Connection, row: RowMapping, actor: str, now: int) -> None:
        self.connection = connection
        self.actor = actor
        self.at = max(now, int(row["updated_at"]))  # another process's clock may be ahead
        self.before = decoded(row)
        self.events: list[NewEvent] = []
        self._row = row
        self._values: dict[str, Any] = {}

    @classmethod
    def lock(
        cls,
        connection: Connection,
        incident_id: str,
        actor: str,
        now: int,
        expected_version: int | None = None,
    ) -> Change:
        """Take the incident for this transaction; refuse when it is not the version that is expected."""
        row = lock_incident(connection, incident_id)
        if row is None:
            raise IncidentNotFoundError(incident_id)
        if expected_version is not None and row["version"] != expected_version:
            raise VersionConflictError(expected_version, row["version"])
        return cls(connection, row, actor, now)

    @property
    def id(self) -> str:
        """The incident's id."""
        return str(self.before["id"])

    @property
    def state(self) -> IncidentState:
        """Where the incident stands now, in this transaction."""
        return IncidentState(self["state"])

    def __getitem__(self, column: str) -> Any:  # noqa: ANN401 - a column's value
        return self._values.get(column, self.before[column])

    def set(self, **values: object) -> None:
        """Give columns new values; JSON columns take lists and mappings."""
        self._values.update(values)

    def record(self, kind: EventType, **data: object) -> None:
        """Put an event on the incident's timeline."""
        self.events.append(NewEvent(self.id, kind, self.at, self.actor, data))

    def move(self, new: IncidentState, reason: str = "", **data: object) -> None:
        """Change the state as the state machine allows, and say so on the timeline."""
        check_transition(self.state, new, reason)
        self.force(new, reason, **data)

    def force(self, new: IncidentState, reason: str = "", **data: object) -> None:
        """Set the state without asking the state machine: for undoing what it had allowed."""
        old = self.state
        self.set(state=new.value)
        self.record(EventType.STATE_CHANGED, before=old.value, after=new.value, reason=reason, **data)

    def require_active(self, verb: str, new: IncidentState) -> None:
        """Refuse when the incident has ended."""
        if not self.state.active:
            why = f"an incident that is {self.state} cannot be {verb}; reopen it first"
            raise InvalidTransitionError(self.state, new, why)

    def save(self) -> RowMapping:
        """Write and return the fresh row: one version more, unless nothing changed."""
        if not self.events:
            return self._row
        values: Mapping[str, Any] = encoded(self._values)
        statement = (
            update(incident)
            .where(incident.c.id == self.id)
            .values(**values, version=incident.c.version + 1, updated_at=self.at)
            .returning(incident)
        )
        fresh = self.connection.execute(statement).mappings().one()
        followed = follow_up(self.connection, self.before, dict(fresh), self.actor, self.at)
        append_events(self.connection, [*self.events, *followed])
        return fresh
