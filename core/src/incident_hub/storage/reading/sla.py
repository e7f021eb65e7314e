"""Pages of SLA clocks, by deadline."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from incident_hub.storage.reading.keyset import Page, PageRequest, keyset, page_of
from incident_hub.storage.sla import ClockRow, clock_columns
from incident_hub.storage.tables_escalation import sla_clock

__all__ = ["ClockFilter", "clock_page", "count_clocks"]

_C = sla_clock.c


@dataclass(frozen=True, slots=True)
class ClockFilter:
    """Which clocks are meant; what is None lets all through. `at_risk` are those that were told to be."""

    state: str | None = None
    kind: str | None = None
    severity: str | None = None
    at_risk: bool = False

    def narrow(self, query: Select[Any]) -> Select[Any]:
        """The query for those only."""
        for column, value in ((_C.state, self.state), (_C.kind, self.kind), (_C.severity, self.severity)):
            query = query if value is None else query.where(column == value)
        return query.where(_C.state == "running", _C.warned_at.is_not(None)) if self.at_risk else query


def clock_page(connection: Connection, chosen: ClockFilter, request: PageRequest) -> Page[ClockRow]:
    """Clocks, the next deadline first."""
    columns = (_C.deadline, _C.incident_id, _C.kind)
    query = keyset(chosen.narrow(select(*clock_columns)), columns, request, descending=False)
    return page_of([ClockRow._make(row) for row in connection.execute(query)], request)


def count_clocks(connection: Connection, chosen: ClockFilter) -> int:
    """How many there are."""
    query = chosen.narrow(select(func.count()).select_from(sla_clock))
    return int(connection.execute(query).scalar_one())
