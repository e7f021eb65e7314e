"""Fields and root fields of escalation that are read."""

from functools import partial

import strawberry
from sqlalchemy import Connection

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.paging import PageOf, page_request, shown_page
from incident_hub.response.auditing.auditor import Auditor
from incident_hub.response.escalation.document import policy_of
from incident_hub.storage.escalation_policies import PolicyRow, count_policies, find_policy, policy_page
from incident_hub.storage.escalations import RunRow, runs_by_id
from incident_hub.storage.reading.escalations import RunFilter, count_runs, run_page
from incident_hub.storage.reading.rows import IncidentRow

__all__ = ["auditor", "next_level", "policies", "policy", "problems", "run", "run_incident", "runs"]


async def policy(info: Info, id: strawberry.ID) -> PolicyRow | None:  # noqa: A002 - as everywhere in GraphQL
    """One policy."""
    return await info.context.services.database.read(partial(find_policy, key=id))


async def policies(info: Info, first: int | None = None, after: str | None = None) -> PageOf[PolicyRow]:
    """Policies, by id."""
    database = info.context.services.database
    request = page_request("escalation_policy", (str,), first, after)
    page = await database.read(partial(policy_page, request=request))
    return shown_page(page, request.name, lambda row: (row.id,), partial(database.read, count_policies))


async def run(info: Info, id: strawberry.ID) -> RunRow | None:  # noqa: A002
    """One run."""

    def read(connection: Connection) -> RunRow | None:
        return runs_by_id(connection, [id]).get(id)

    return await info.context.services.database.read(read)


async def runs(info: Info, chosen: RunFilter, first: int | None, after: str | None) -> PageOf[RunRow]:
    """Runs, newest first."""
    database = info.context.services.database
    request = page_request("escalation", (str,), first, after)
    page = await database.read(partial(run_page, chosen=chosen, request=request))
    total = partial(database.read, partial(count_runs, chosen=chosen))
    return shown_page(page, request.name, lambda row: (row.id,), total)


async def auditor(info: Info) -> Auditor:
    """What the auditor of this process found."""
    return info.context.services.auditor


async def run_incident(root: strawberry.Parent[RunRow], info: Info) -> IncidentRow | None:
    """The incident that it is about."""
    return await info.context.loaders.incident(root.incident_id)


async def problems(root: strawberry.Parent[PolicyRow], info: Info) -> list[str]:
    """What would go wrong if it fired now."""
    return await info.context.services.escalation_policies.problems(policy_of(root.document))


def next_level(row: RunRow) -> int | None:
    """The number of the level that fires next, if one does."""
    waits = row.next_at is not None and row.level < len(policy_of(row.document).levels)
    return row.level + 1 if waits else None
