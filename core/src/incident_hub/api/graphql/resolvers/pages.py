"""Root fields that return pages."""

from functools import partial

import strawberry

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.errors import bad_input
from incident_hub.api.graphql.paging import PageOf, event_cursor, page_request, page_size, shown_page
from incident_hub.api.graphql.resolvers.escalation import runs
from incident_hub.api.graphql.resolvers.sla import clocks
from incident_hub.api.graphql.types.enums import EventType, Order, Severity, SortField
from incident_hub.api.graphql.types.escalation import EscalationState
from incident_hub.api.graphql.types.inputs import IncidentFilterInput, IncidentSort, to_filter
from incident_hub.api.graphql.types.sla import SlaKind, SlaState
from incident_hub.storage.escalations import RunRow
from incident_hub.storage.reading import lists
from incident_hub.storage.reading.escalations import RunFilter
from incident_hub.storage.reading.filters import IncidentFilter
from incident_hub.storage.reading.incidents import count_incidents, incident_key, incident_page, key_kinds
from incident_hub.storage.reading.keyset import PageRequest
from incident_hub.storage.reading.rows import AlertRow, GroupRow, IncidentRow, TimelineRow
from incident_hub.storage.reading.sla import ClockFilter
from incident_hub.storage.sla import ClockRow

__all__ = ["alerts", "escalations", "groups", "incidents", "search", "sla_clocks", "timeline"]

_LONGEST_SEARCH = 200


async def incidents(
    info: Info,
    filter: IncidentFilterInput | None = None,  # noqa: A002 - the schema's word
    sort: IncidentSort | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> PageOf[IncidentRow]:
    """A page of incidents."""
    field = sort.field if sort else SortField.CREATED_AT
    descending = sort is None or sort.order is Order.DESC
    name = f"{field.value}:{'d' if descending else 'a'}"
    request = page_request(name, key_kinds(field.value), first, after, last, before)
    return await _page(info, to_filter(filter), field.value, request, descending=descending)


async def search(
    info: Info, query: str, first: int | None = None, after: str | None = None
) -> PageOf[IncidentRow]:
    """Incidents whose title or description has the text, newest first."""
    if not query.strip() or len(query) > _LONGEST_SEARCH:
        raise bad_input(f"a search needs 1 to {_LONGEST_SEARCH} characters")
    request = page_request("CREATED_AT:d", (int, str), first, after)
    return await _page(info, IncidentFilter(text=query.strip()), "CREATED_AT", request, descending=True)


async def _page(
    info: Info, chosen: IncidentFilter, field: str, request: PageRequest, *, descending: bool
) -> PageOf[IncidentRow]:
    database = info.context.services.database
    page = await database.read(lambda c: incident_page(c, chosen, field, request, descending=descending))
    total = partial(database.read, lambda c: count_incidents(c, chosen))
    return shown_page(page, request.name, lambda row: incident_key(row, field), total)


async def alerts(
    info: Info,
    incident_id: strawberry.ID | None = None,
    first: int | None = None,
    after: str | None = None,
) -> PageOf[AlertRow]:
    """Alerts, newest first, of one incident or of all."""
    database = info.context.services.database
    request = page_request("alert", (str,), first, after)
    page = await database.read(lambda c: lists.alert_page(c, incident_id, request))
    total = partial(database.read, lambda c: lists.count_alerts(c, incident_id))
    return shown_page(page, request.name, lambda row: (row.id,), total)


async def timeline(
    info: Info,
    incident_id: strawberry.ID,
    first: int | None = None,
    after: str | None = None,
    types: list[EventType] | None = None,
) -> PageOf[TimelineRow]:
    """An incident's events, oldest first."""
    cursor = event_cursor(after)
    request = PageRequest("event", page_size(first), None if cursor is None else (cursor,))
    chosen = tuple(kind.value for kind in types or ())
    page = await info.context.services.database.read(
        lambda c: lists.event_page(c, incident_id, chosen, request)
    )
    return PageOf(page, lambda row: str(row.cursor))


async def groups(info: Info, first: int | None = None, after: str | None = None) -> PageOf[GroupRow]:
    """Groups, newest first."""
    request = page_request("group", (str,), first, after)
    page = await info.context.services.database.read(lambda c: lists.group_page(c, request))
    return shown_page(page, request.name, lambda row: (row.id,))


async def escalations(
    info: Info,
    states: list[EscalationState] | None = None,
    policy_id: strawberry.ID | None = None,
    incident_id: strawberry.ID | None = None,
    first: int | None = None,
    after: str | None = None,
) -> PageOf[RunRow]:
    """Runs of escalation policies, newest first."""
    chosen = RunFilter(tuple(one.value for one in states or ()), policy_id, incident_id)
    return await runs(info, chosen, first, after)


async def sla_clocks(
    info: Info,
    state: SlaState | None = None,
    kind: SlaKind | None = None,
    severity: Severity | None = None,
    at_risk: bool = False,
    first: int | None = None,
    after: str | None = None,
) -> PageOf[ClockRow]:
    """SLA clocks, the next deadline first; with `atRisk` those that run and of which that was told."""
    chosen = ClockFilter(
        None if state is None else state.value,
        None if kind is None else kind.value,
        None if severity is None else severity.value,
        at_risk,
    )
    return await clocks(info, chosen, first, after)
