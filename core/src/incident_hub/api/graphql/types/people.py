"""Users, teams and services, as the hub's own tables have them."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from incident_hub.api.graphql.fields import derived, resolved
from incident_hub.api.graphql.resolvers import people
from incident_hub.api.graphql.scalars import Moment
from incident_hub.api.graphql.types.enums import Severity
from incident_hub.api.graphql.types.leaves import KeyValue

if TYPE_CHECKING:
    from incident_hub.api.graphql.types.schedules import Schedule

__all__ = ["ContactMethod", "HoursWindow", "QuietHours", "Service", "Team", "User"]

_HERE = "incident_hub.api.graphql.types.people"
_Schedule = Annotated["Schedule", strawberry.lazy("incident_hub.api.graphql.types.schedules")]
_Teams = list[Annotated["Team", strawberry.lazy(_HERE)]]
_Services = list[Annotated["Service", strawberry.lazy(_HERE)]]


def _labels(name: str) -> Any:  # noqa: ANN401 - stands for a field
    return derived(
        lambda one: [KeyValue(key=key, value=value) for key, value in getattr(one.record, name).items()]
    )


def _problems() -> Any:  # noqa: ANN401 - stands for a field
    return resolved(people.problems, list[str], description=people.problems.__doc__)


@strawberry.type(
    description="Hours of some weekdays; past midnight when the end is not later than the start."
)
class HoursWindow:
    """Shows a `Window`."""

    start: str
    end: str
    weekdays: list[str] = strawberry.field(description="`mon` to `sun`: those on which it starts.")


@strawberry.type(description="When a user is not to be woken, on the user's own clock.")
class QuietHours:
    """Shows `QuietHours`."""

    windows: list[HoursWindow]
    passes: list[Severity] = strawberry.field(description="What wakes nevertheless.")


@strawberry.type(description="One way to reach a user; the first verified one is tried first.")
class ContactMethod:
    """Shows a `Contact`."""

    id: strawberry.ID
    channel: str = strawberry.field(description="A notifier plugin's name.")
    address: str
    label: str
    verified: bool = strawberry.field(
        description="One that is not is used only when no verified one is left."
    )
    severities: list[Severity] = strawberry.field(description="What it hears of; empty: everything.")
    delay_seconds: int = strawberry.field(
        description="How long after the page; what was acknowledged meanwhile is not sent."
    )
    during_quiet_hours: bool


@strawberry.type(description="Somebody who can be told.")
class User:
    """Shows a `Kept`."""

    id: strawberry.ID = derived("row.id")
    name: str = derived("record.name")
    email: str = derived("record.email")
    time_zone: str = derived("record.time_zone")
    contacts: list[ContactMethod] = derived("record.contacts")
    quiet_hours: QuietHours = derived("record.quiet_hours")
    teams: _Teams = resolved(people.teams_of, _Teams)
    problems: list[str] = _problems()
    version: int = derived("row.version")
    updated_at: Moment = derived("row.updated_at")
    updated_by: str = derived("row.updated_by")


@strawberry.type(description="People who answer for something together.")
class Team:
    """Shows a `Kept`."""

    id: strawberry.ID = derived("row.id")
    name: str = derived("record.name")
    members: list[strawberry.ID] = derived("record.members")
    users: list[User] = resolved(
        people.members_of, list[User], description="Those members whom the hub's own tables know."
    )
    schedule_id: str = derived("record.schedule")
    schedule: _Schedule | None = resolved(people.schedule_of, _Schedule | None)
    contacts: list[KeyValue] = _labels("contacts")
    services: _Services = resolved(people.services_of, _Services)
    problems: list[str] = _problems()
    version: int = derived("row.version")
    updated_at: Moment = derived("row.updated_at")
    updated_by: str = derived("row.updated_by")


@strawberry.type(description="Something that can break.")
class Service:
    """Shows a `Kept`."""

    id: strawberry.ID = derived("row.id")
    name: str = derived("record.name")
    owner_team: str = derived("record.owner_team")
    owner: Team | None = resolved(people.owner_of, Team | None)
    tier: int = derived("record.tier", description="1 is the most important, 0 unknown.")
    depends_on: list[strawberry.ID] = derived("record.depends_on")
    runbook_url: str = derived("record.runbook_url")
    escalation_policy: str = derived("record.escalation_policy")
    labels: list[KeyValue] = _labels("labels")
    problems: list[str] = _problems()
    version: int = derived("row.version")
    updated_at: Moment = derived("row.updated_at")
    updated_by: str = derived("row.updated_by")
