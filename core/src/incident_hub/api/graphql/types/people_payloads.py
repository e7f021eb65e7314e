"""What mutations of people answer: the thing as it is now, or one typed refusal."""

from typing import Annotated

import strawberry

from incident_hub.api.graphql.types.payloads import (
    IdempotencyConflict,
    NotFound,
    ValidationError,
    VersionConflict,
)
from incident_hub.api.graphql.types.people import Service, Team, User
from incident_hub.api.graphql.types.schedules import CalendarFeed, Schedule, ScheduleOverride

__all__ = [
    "CalendarFeedPayload",
    "CalendarFeedResult",
    "DeletedPayload",
    "DeletedResult",
    "ImportPayload",
    "ImportResult",
    "NewCalendarFeedPayload",
    "NewCalendarFeedResult",
    "OverridePayload",
    "OverrideResult",
    "SchedulePayload",
    "ScheduleResult",
    "ServicePayload",
    "ServiceResult",
    "TeamPayload",
    "TeamResult",
    "UserPayload",
    "UserResult",
]


@strawberry.type(description="The user after the change.")
class UserPayload:
    """Success."""

    user: User


@strawberry.type(description="The team after the change.")
class TeamPayload:
    """Success."""

    team: Team


@strawberry.type(description="The service after the change.")
class ServicePayload:
    """Success."""

    service: Service


@strawberry.type(description="The schedule after the change.")
class SchedulePayload:
    """Success."""

    schedule: Schedule


@strawberry.type(
    description="The override; one that was taken back as it was, one that was ended with its end."
)
class OverridePayload:
    """Success."""

    override: ScheduleOverride


@strawberry.type(description="What was deleted. Who still names it is told of here, and in their problems.")
class DeletedPayload:
    """Success."""

    id: strawberry.ID
    named_by: list[str] = strawberry.field(
        description="As `schedule:primary` and `team:platform`: these name what is no more."
    )


@strawberry.type(description="What a calendar brought.")
class ImportPayload:
    """Success. Shows an `Imported`."""

    schedule_id: strawberry.ID
    turns: int = strawberry.field(description="How many the next 400 days have.")
    unknown: list[str] = strawberry.field(description="Whom of them the hub's own tables do not know.")


@strawberry.type(description="A calendar feed that was just made.")
class NewCalendarFeedPayload:
    """Success. Shows a `NewFeed`."""

    feed: CalendarFeed
    path: str = strawberry.field(
        description="`/calendars/TOKEN.ics`: told this once. Whoever has it can read the shifts."
    )
    url: str = strawberry.field(description="The same with the hub's public address, if it was told one.")


@strawberry.type(description="The feed that was closed.")
class CalendarFeedPayload:
    """Success."""

    feed: CalendarFeed


UserResult = Annotated[
    UserPayload | NotFound | VersionConflict | ValidationError | IdempotencyConflict,
    strawberry.union("UserResult", description="The user, or why nothing was changed."),
]
TeamResult = Annotated[
    TeamPayload | NotFound | VersionConflict | ValidationError | IdempotencyConflict,
    strawberry.union("TeamResult", description="The team, or why nothing was changed."),
]
ServiceResult = Annotated[
    ServicePayload | NotFound | VersionConflict | ValidationError | IdempotencyConflict,
    strawberry.union("ServiceResult", description="The service, or why nothing was changed."),
]
ScheduleResult = Annotated[
    SchedulePayload | NotFound | VersionConflict | ValidationError | IdempotencyConflict,
    strawberry.union("ScheduleResult", description="The schedule, or why nothing was changed."),
]
OverrideResult = Annotated[
    OverridePayload | NotFound | ValidationError | IdempotencyConflict,
    strawberry.union("OverrideResult", description="The override, or why nothing was changed."),
]
DeletedResult = Annotated[
    DeletedPayload | NotFound | VersionConflict | ValidationError | IdempotencyConflict,
    strawberry.union("DeletedResult", description="What was deleted, or why nothing was."),
]
ImportResult = Annotated[
    ImportPayload | NotFound | ValidationError | IdempotencyConflict,
    strawberry.union("ImportResult", description="What the calendar brought, or why nothing was changed."),
]
NewCalendarFeedResult = Annotated[
    NewCalendarFeedPayload | NotFound | ValidationError,
    strawberry.union("NewCalendarFeedResult", description="The feed, or why none was made."),
]
CalendarFeedResult = Annotated[
    CalendarFeedPayload | NotFound,
    strawberry.union("CalendarFeedResult", description="The feed that was closed, or that there is none."),
]
