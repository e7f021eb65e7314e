"""What the auditor of the answering process found."""

from enum import StrEnum

import strawberry

from incident_hub.api.graphql.fields import derived
from incident_hub.api.graphql.scalars import Moment

__all__ = ["AuditorReport"]


@strawberry.enum(description="What can be amiss on the way to people.")
class AuditorTroubleKind(StrEnum):
    """As `response.auditing.trouble.TroubleKind`."""

    LATE = "late"
    DEAD = "dead"
    LOST_TIMERS = "lost_timers"
    LOST_PAGES = "lost_pages"
    UNTOLD = "untold"
    UNTRIAGED = "untriaged"


@strawberry.type(
    description="Something that was amiss; an incident of the source incident-hub tells of it too."
)
class AuditorTrouble:
    """Shows a `Trouble`."""

    kind: AuditorTroubleKind
    number: int = derived("count", name="count")
    example: str
    repaired: bool = strawberry.field(description="Whether it was asked for again.")


@strawberry.type(
    description="Whether everybody was told who should have been, as this hub process last found."
)
class AuditorReport:
    """Shows an `Auditor`."""

    checked_at: Moment | None
    troubles: list[AuditorTrouble] = derived("found")
    repairs: int = derived("repaired", description="What was asked for again since the start.")
