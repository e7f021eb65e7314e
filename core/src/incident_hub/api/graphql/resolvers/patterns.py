"""What comes again: earlier groups of the same problems."""

from dataclasses import dataclass

import strawberry

from incident_hub.api.graphql.context import Info
from incident_hub.storage.reading.patterns import earlier_groups
from incident_hub.storage.reading.rows import GroupRow
from incident_hub.triage.recurrence import recurrence

__all__ = ["Pattern", "group_pattern"]

_Group = strawberry.Parent[GroupRow]
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Pattern:
    """A `Recurrence` with the groups' rows."""

    occurrences: int
    first_at: int
    last_at: int
    groups: list[GroupRow]
    usual_order: list[str]
    same_order: float
    root_cause: str | None


async def group_pattern(root: _Group, info: Info) -> Pattern | None:
    """None when no earlier group holds mostly the same problems."""
    database, loaders = info.context.services.database, info.context.loaders
    found = recurrence(*await database.read(lambda connection: earlier_groups(connection, root.id)))
    if found is None:
        return None
    rows = [await loaders.group(key) for key in found.groups[:SHOWN]]
    return Pattern(
        len(found.groups),
        found.first_at,
        found.last_at,
        [row for row in rows if row is not None],
        found.usual_order,
        found.same_order,
        found.root_cause,
    )
