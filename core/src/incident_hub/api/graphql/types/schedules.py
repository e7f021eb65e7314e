"""Schedules: how they are written down, and what they say of a moment or a span."""

from urllib.parse import urlsplit

import strawberry

from incident_hub.api.graphql.fields import derived, resolved
from incident_hub.api.graphql.resolvers import people, schedules
from incident_hub.api.graphql.scalars import Moment
from incident_hub.api.graphql.types.people import HoursWindow, User

__all__ = ["CalendarFeed", "OnCall", "PagePreview", "Schedule", "ScheduleOverride", "ScheduleShifts", "Shift"]


@strawberry.type(description="Turns of so many hours, days or weeks by the wall clock.")
class Rotation:
    """Shows a `RotationDraft`."""

    kind: str = strawberry.field(description="`hourly`, `daily` or `weekly`.")
    starts_on: str
    handoff: str
    length: int


@strawberry.type(description="People who take turns; or the turns of a calendar.")
class ScheduleLayer:
    """Shows a `LayerDraft`."""

    name: str
    people: list[strawberry.ID]
    rotation: Rotation | None
    restrictions: list[HoursWindow] = strawberry.field(
        description="Without any the layer holds at all hours."
    )
    time_zone: str = strawberry.field(description="Its own; empty: the schedule's.")
    ends_at: str
    calendar: bool = strawberry.field(description="Whether a calendar says who and when.")
    calendar_host: str = derived(
        lambda layer: urlsplit(layer.calendar_url).hostname or "",
        description="Where it is read from again and again; the whole address may be a secret.",
    )


@strawberry.type(description="Somebody else is on call for a while, whatever the layers say.")
class ScheduleOverride:
    """Shows an `OverrideRow`."""

    id: strawberry.ID
    schedule_id: strawberry.ID
    person: strawberry.ID
    user: User | None = resolved(people.user_of, User | None)
    starts_at: Moment
    ends_at: Moment
    reason: str
    made_by: str


@strawberry.type(description="Somebody's time on call.")
class Shift:
    """Shows a `Shift` of the domain."""

    person: strawberry.ID
    user: User | None = resolved(
        people.user_of, User | None, description="Null for somebody whom the hub's own tables do not know."
    )
    by: str = strawberry.field(description="The layer's name, or `override:` and its id.")
    starts_at: Moment
    ends_at: Moment


@strawberry.type(description="A span in which nobody is on call.")
class ScheduleGap:
    """Shows a `Span`."""

    starts_at: Moment
    ends_at: Moment


@strawberry.type(
    description="Two overrides, or two turns of a calendar, that want the same time; one has it."
)
class ScheduleOverlap:
    """Shows an `Overlap`."""

    kept: Shift
    hidden: Shift
    starts_at: Moment = derived("span.starts_at")
    ends_at: Moment = derived("span.ends_at")


@strawberry.type(description="A span of a schedule, 400 days at most.")
class ScheduleShifts:
    """Shows a `Rota`."""

    schedule_id: strawberry.ID = derived("schedule")
    starts_at: Moment = strawberry.field(name="from")
    ends_at: Moment = strawberry.field(name="to")
    shifts: list[Shift]
    gaps: list[ScheduleGap]
    overlaps: list[ScheduleOverlap]


@strawberry.type(description="Who stands in, and by which layer or override.")
class StandIn:
    """Shows a pair of `OnCall.order`."""

    person: strawberry.ID
    by: str


@strawberry.type(description="Who is on call at a moment.")
class OnCall:
    """Shows an `OnCall` of the response."""

    schedule_id: strawberry.ID = derived("schedule")
    at: Moment
    directory: str = strawberry.field(description="Who says so: `local`, or other directories.")
    person: strawberry.ID | None = strawberry.field(description="Null when nobody is on call.")
    name: str
    user: User | None = resolved(people.user_of, User | None)
    by: str
    starts_at: Moment | None = strawberry.field(description="Null: not known, or long ago.")
    ends_at: Moment | None
    nobody: str = strawberry.field(description="Why nobody is on call; empty when somebody is.")
    stand_ins: list[StandIn] = strawberry.field(
        description="Who is paged in their place when nobody knows them, in order."
    )
    following: Shift | None = strawberry.field(name="next", description="The shift that begins next.")


@strawberry.type(description="A calendar feed of shifts; its address is told once, when it is made.")
class CalendarFeed:
    """Shows a `FeedRow`."""

    id: strawberry.ID
    receiver: str = strawberry.field(description="Whose shifts: `user:ann` or `schedule:primary`.")
    created_by: str
    created_at: Moment
    read_at: Moment | None = strawberry.field(description="When it was last read, to the hour.")


@strawberry.type(description="Who is on call when.")
class Schedule:
    """Shows a `Kept`."""

    id: strawberry.ID = derived("row.id")
    name: str = derived("record.name")
    time_zone: str = derived("record.time_zone")
    layers: list[ScheduleLayer] = derived(
        "record.layers", description="Of those that hold the last one counts."
    )
    overrides: list[ScheduleOverride] = resolved(
        schedules.overrides_of_schedule,
        list[ScheduleOverride],
        description="Those that touch a span, 28 days from now by default.",
    )
    on_call: OnCall | None = resolved(schedules.on_call_of, OnCall | None)
    problems: list[str] = resolved(people.problems, list[str], description=people.problems.__doc__)
    version: int = derived("row.version")
    updated_at: Moment = derived("row.updated_at")
    updated_by: str = derived("row.updated_by")


@strawberry.type(description="One notification that a page would cause.")
class PageReach:
    """Shows a `Reach`; addresses are people's own, so they are not shown here."""

    person: str
    channel: str
    contact: str
    target: str
    not_before: Moment | None = derived(lambda one: one.not_before or None, description="Null: at once.")
    waits: str = strawberry.field(description="Why it waits; empty when it does not.")
    because: str = strawberry.field(description="Why it is this person.")
    note: str


@strawberry.type(description="Somebody who should be told and would not be.")
class PageMiss:
    """Shows an `Unreached`."""

    who: str
    code: str
    reason: str


@strawberry.type(description="Whom a page of a receiver would reach, and how.")
class PagePreview:
    """Shows a `Resolution`."""

    receiver: str = derived(lambda found: str(found.receiver))
    reaches: list[PageReach]
    unreached: list[PageMiss]
    nobody: str = strawberry.field(description="Why nobody at all would be told; empty when somebody would.")
