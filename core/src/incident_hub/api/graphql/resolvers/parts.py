"""Fields of incidents and groups, each from a batch."""

from asyncio import gather
from dataclasses import dataclass

import strawberry

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.paging import event_cursor, page_size
from incident_hub.storage.escalations import RunRow
from incident_hub.storage.reading.rows import (
    AlertRow,
    FeedbackRow,
    FindingRow,
    GroupRow,
    IncidentRow,
    LinkRow,
    RelationRow,
    TimelineRow,
)
from incident_hub.storage.sla import ClockRow

__all__ = [
    "Related",
    "alerts",
    "clocks",
    "escalation",
    "feedback",
    "findings",
    "group",
    "group_incidents",
    "group_links",
    "group_primary",
    "link_incident",
    "link_other",
    "related",
    "timeline",
]

_Incident = strawberry.Parent[IncidentRow]
_Group = strawberry.Parent[GroupRow]
_Link = strawberry.Parent[LinkRow]


@dataclass(frozen=True, slots=True)
class Related:
    """A relation as one of its incidents sees it."""

    type: str
    outgoing: bool
    incident: IncidentRow
    reason: str
    actor: str
    at: int


async def alerts(root: _Incident, info: Info, first: int = 10) -> list[AlertRow]:
    """The newest alerts."""
    return await info.context.loaders.alerts(root.id, page_size(first))


async def timeline(
    root: _Incident, info: Info, first: int = 20, after: str | None = None
) -> list[TimelineRow]:
    """The first events behind the cursor."""
    return await info.context.loaders.events(root.id, page_size(first), event_cursor(after) or 0)


async def feedback(root: _Incident, info: Info) -> list[FeedbackRow]:
    """What people said would have been right."""
    return await info.context.loaders.feedback(root.id)


async def findings(root: _Incident, info: Info) -> list[FindingRow]:
    """What plugins said."""
    return await info.context.loaders.findings(root.id)


async def group(root: _Incident, info: Info) -> GroupRow | None:
    """The group it is in."""
    return None if root.group_id is None else await info.context.loaders.group(root.group_id)


async def escalation(root: _Incident, info: Info) -> RunRow | None:
    """Its latest run through a policy."""
    return await info.context.loaders.escalation(root.id)


async def clocks(root: _Incident, info: Info) -> list[ClockRow]:
    """Its SLA clocks."""
    return await info.context.loaders.clocks(root.id)


async def related(root: _Incident, info: Info) -> list[Related]:
    """Incidents that somebody related to it; one that is gone is left out."""
    loaders = info.context.loaders
    relations = await loaders.relations(root.id)
    others = await gather(*(loaders.incident(_other(r, root.id)) for r in relations))
    return [
        Related(r.type, r.incident_id == root.id, other, r.reason, r.actor, r.at)
        for r, other in zip(relations, others, strict=True)
        if other is not None
    ]


def _other(relation: RelationRow, mine: str) -> str:
    return relation.other_id if relation.incident_id == mine else relation.incident_id


async def group_primary(root: _Group, info: Info) -> IncidentRow | None:
    """The incident that stands for the group."""
    return await info.context.loaders.incident(root.primary_incident_id)


async def group_incidents(root: _Group, info: Info, first: int = 20) -> list[IncidentRow]:
    """The group's incidents, oldest first."""
    return await info.context.loaders.members(root.id, page_size(first))


async def group_links(root: _Group, info: Info, first: int = 20) -> list[LinkRow]:
    """Why they belong together."""
    return (await info.context.loaders.links(root.id))[: page_size(first)]


async def link_incident(root: _Link, info: Info) -> IncidentRow | None:
    """The one side."""
    return await info.context.loaders.incident(root.incident_id)


async def link_other(root: _Link, info: Info) -> IncidentRow | None:
    """The other side."""
    return await info.context.loaders.incident(root.other_id)
