"""SLA clocks: fields, pages, and the mutations that pause them."""

from functools import partial

import strawberry

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.paging import PageOf, page_request, shown_page
from incident_hub.domain.sla import ClockState
from incident_hub.domain.times import SECOND, to_micros
from incident_hub.storage.reading.rows import IncidentRow
from incident_hub.storage.reading.sla import ClockFilter, clock_page, count_clocks
from incident_hub.storage.sla import ClockRow

__all__ = ["at_risk", "clock_incident", "clocks", "remaining"]

_Clock = strawberry.Parent[ClockRow]


async def clock_incident(root: _Clock, info: Info) -> IncidentRow | None:
    """The incident whose deadline it is."""
    return await info.context.loaders.incident(root.incident_id)


async def remaining(root: _Clock, info: Info) -> float | None:
    """Seconds until the deadline; a clock that is paused stands."""
    if root.met_at is not None or root.state == ClockState.MET:
        return None
    now = root.paused_at or to_micros(info.context.services.clock.now())
    return (root.deadline - now) / SECOND


async def at_risk(root: _Clock, info: Info) -> bool:
    """Whether it runs and most of its time is over."""
    now = to_micros(info.context.services.clock.now())
    return root.state == ClockState.RUNNING and root.at_risk_at <= now


async def clocks(info: Info, chosen: ClockFilter, first: int | None, after: str | None) -> PageOf[ClockRow]:
    """Clocks, the next deadline first."""
    database = info.context.services.database
    request = page_request("sla_clock", (int, str, str), first, after)
    page = await database.read(partial(clock_page, chosen=chosen, request=request))
    total = partial(database.read, partial(count_clocks, chosen=chosen))
    return shown_page(page, request.name, lambda row: (row.deadline, row.incident_id, row.kind), total)
