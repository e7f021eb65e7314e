"""Pages of escalation runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from incident_hub.storage.escalations import RunRow, run_columns
from incident_hub.storage.reading.keyset import Page, PageRequest, keyset, page_of
from incident_hub.storage.tables_escalation import escalation

__all__ = ["RunFilter", "count_runs", "latest_runs", "run_page"]

_C = escalation.c


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs are meant; what is empty lets all through."""

    states: tuple[str, ...] = ()
    policy_id: str | None = None
    incident_id: str | None = None

    def narrow(self, query: Select[Any]) -> Select[Any]:
        """The query for those only."""
        if self.states:
            query = query.where(_C.state.in_(self.states))
        if self.policy_id is not None:
            query = query.where(_C.policy_id == self.policy_id)
        return query if self.incident_id is None else query.where(_C.incident_id == self.incident_id)


def run_page(connection: Connection, chosen: RunFilter, request: PageRequest) -> Page[RunRow]:
    """Runs, newest first."""
    query = keyset(chosen.narrow(select(*run_columns)), (_C.id,), request, descending=True)
    return page_of([RunRow._make(row) for row in connection.execute(query)], request)


def count_runs(connection: Connection, chosen: RunFilter) -> int:
    """How many there are."""
    query = chosen.narrow(select(func.count()).select_from(escalation))
    return int(connection.execute(query).scalar_one())


def latest_runs(connection: Connection, incident_ids: Sequence[str]) -> dict[str, RunRow]:
    """The latest run of each incident that had any: the one that is under way, if one is."""
    last = (
        select(_C.incident_id, func.max(_C.serial).label("serial"))
        .where(_C.incident_id.in_(list(incident_ids)))
        .group_by(_C.incident_id)
        .subquery()
    )
    query = select(*run_columns).join(
        last, (last.c.incident_id == _C.incident_id) & (last.c.serial == _C.serial)
    )
    return {row.incident_id: RunRow._make(row) for row in connection.execute(query)} if incident_ids else {}
