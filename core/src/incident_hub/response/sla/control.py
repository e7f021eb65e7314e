"""People pause an incident's clocks, while nobody could do anything about it, and let them run again."""

from collections.abc import Callable, Sequence

from incident_hub_hookspecs import IncidentState
from sqlalchemy import RowMapping

from incident_hub.domain.clock import HubClock
from incident_hub.domain.events import EventType
from incident_hub.domain.sla import ClockState
from incident_hub.domain.states import InvalidTransitionError
from incident_hub.lifecycle.change import Change
from incident_hub.lifecycle.inputs import clean_text
from incident_hub.lifecycle.transaction import Terms, Transactions
from incident_hub.storage.database import Database
from incident_hub.storage.sla import ClockRow, lock_clocks, set_clocks

__all__ = ["SlaClocks"]


class SlaClocks:
    """Each method returns the incident's row. Raises as `Lifecycle` does."""

    def __init__(self, database: Database, clock: HubClock, on_commit: Callable[[], None]) -> None:
        self._do = Transactions(database, clock, on_commit)

    async def pause(self, incident_id: str, reason: str, actor: str, *, key: str | None = None) -> RowMapping:
        """Let the clocks that run stand; the reason stays on the timeline."""
        terms: Terms = {"idempotency_key": key}
        return await self._do.change(_pause, incident_id, actor, terms, reason)

    async def resume(self, incident_id: str, actor: str, *, key: str | None = None) -> RowMapping:
        """Let them run again; their deadlines move by as long as they stood."""
        return await self._do.change(_resume, incident_id, actor, {"idempotency_key": key})


def _pause(change: Change, reason: str) -> None:
    reason = clean_text("reason", reason, required=True)
    clocks = _in_state(change, ClockState.RUNNING, "has no clock that runs")
    stand = [one._replace(state=ClockState.PAUSED, paused_at=change.at, due_at=None) for one in clocks]
    set_clocks(change.connection, stand)
    change.record(EventType.SLA_PAUSED, clocks=[one.kind for one in clocks], reason=reason)


def _resume(change: Change) -> None:
    clocks = _in_state(change, ClockState.PAUSED, "has no clock that is paused")
    set_clocks(change.connection, [_moved(one, change.at) for one in clocks])
    change.record(EventType.SLA_RESUMED, clocks=[one.kind for one in clocks])


def _in_state(change: Change, state: str, why: str) -> Sequence[ClockRow]:
    found = [
        one for one in lock_clocks(change.connection, [change.id]).get(change.id, ()) if one.state == state
    ]
    if not found:
        stands: IncidentState = change.state
        raise InvalidTransitionError(stands, stands, f"the incident {why}")
    return found


def _moved(clock: ClockRow, now: int) -> ClockRow:
    stood = now - (clock.paused_at or now)
    risky, deadline = clock.at_risk_at + stood, clock.deadline + stood
    return clock._replace(
        state=ClockState.RUNNING, started_at=clock.started_at + stood, deadline=deadline, at_risk_at=risky,
        due_at=risky if clock.warned_at is None else deadline, paused_at=None,
    )  # fmt: skip
