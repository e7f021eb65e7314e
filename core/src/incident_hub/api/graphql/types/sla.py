"""SLA clocks of incidents."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import strawberry

from incident_hub.api.graphql.fields import derived, resolved
from incident_hub.api.graphql.resolvers import sla as resolvers
from incident_hub.api.graphql.scalars import Moment
from incident_hub.api.graphql.types.enums import Severity

if TYPE_CHECKING:
    from incident_hub.api.graphql.types.incident import Incident

__all__ = ["PauseSlaInput", "ResumeSlaInput", "SlaClock", "SlaKind", "SlaState"]

_Incident = Annotated["Incident", strawberry.lazy("incident_hub.api.graphql.types.incident")]


@strawberry.enum(description="What a deadline is for.")
class SlaKind(StrEnum):
    """As `domain.sla.SlaKind`."""

    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"


@strawberry.enum(description="Where a clock stands; one that is breached stays so.")
class SlaState(StrEnum):
    """As `domain.sla.ClockState`."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"


@strawberry.type(description="One deadline of an incident.")
class SlaClock:
    """Shows a `ClockRow`."""

    incident_id: strawberry.ID
    incident: _Incident | None = resolved(resolvers.clock_incident, _Incident | None)
    kind: SlaKind
    severity: Severity = strawberry.field(description="The severity that the deadline is for.")
    state: SlaState
    started_at: Moment
    deadline: Moment
    remaining_seconds: float | None = resolved(
        resolvers.remaining,
        float | None,
        description="Until the deadline, below 0 behind it; null once it is met.",
    )
    at_risk: bool = resolved(
        resolvers.at_risk, bool, description="Whether most of the time is over, as configured."
    )
    breached: bool = derived(lambda row: row.state == "breached")
    breached_at: Moment | None
    paused_at: Moment | None
    met_at: Moment | None = strawberry.field(description="When what it is for was done, in time or not.")


@strawberry.input(description="Let an incident's clocks stand while nobody can do anything about it.")
class PauseSlaInput:
    """The reason stays on the timeline."""

    incident_id: strawberry.ID
    reason: str
    idempotency_key: str | None = None


@strawberry.input(
    description="Let an incident's clocks run again; the deadlines move by as long as they stood."
)
class ResumeSlaInput:
    """After a pause."""

    incident_id: strawberry.ID
    idempotency_key: str | None = None
