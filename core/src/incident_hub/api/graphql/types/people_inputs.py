"""What people, teams, services and schedules are written with: each whole, by its id."""

from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from incident_hub.api.graphql.types.enums import Severity
from incident_hub.api.graphql.types.inputs import LabelInput

__all__ = [
    "AddOverrideInput",
    "ContactMethodInput",
    "DeleteContactMethodInput",
    "DeleteRecordInput",
    "EndOverrideInput",
    "ImportCalendarInput",
    "SaveContactMethodInput",
    "SaveScheduleInput",
    "SaveServiceInput",
    "SaveTeamInput",
    "SaveUserInput",
    "plain",
]


@strawberry.input
class _Save:
    id: strawberry.ID
    expected_version: int | None = strawberry.field(
        default=None, description="Refuse the change at another version; 0 expects that there is none."
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="A second request with this key gets the first one's answer."
    )


@strawberry.input(description="Hours of some weekdays; past midnight when the end is not later.")
class HoursWindowInput:
    """As `17:00`; all weekdays unless said otherwise."""

    start: str
    end: str
    weekdays: list[str] | None = None


@strawberry.input(description="When a user is not to be woken; P0 passes unless said otherwise.")
class QuietHoursInput:
    """On the user's own clock."""

    windows: list[HoursWindowInput]
    passes: list[Severity] | None = None


@strawberry.input(description="One way to reach a user; `channel` is a notifier plugin's name.")
class ContactMethodInput:
    """Becomes a `Contact`."""

    channel: str
    address: str
    id: strawberry.ID | None = strawberry.field(default=None, description="Chosen by the hub if left out.")
    label: str | None = None
    verified: bool | None = None
    severities: list[Severity] | None = None
    delay_seconds: int | None = None
    during_quiet_hours: bool | None = None


@strawberry.input(description="A user, whole: what is left out is gone.")
class SaveUserInput(_Save):
    """Becomes a `User`."""

    name: str | None = None
    email: str | None = None
    time_zone: str | None = None
    contacts: list[ContactMethodInput] | None = None
    quiet_hours: QuietHoursInput | None = None


@strawberry.input(description="Contact methods of a user: the one of this id changes, another is added last.")
class SaveContactMethodInput:
    """`position` 0 is the first."""

    user_id: strawberry.ID
    contact: ContactMethodInput
    position: int | None = None
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input(description="A contact method to take from a user.")
class DeleteContactMethodInput:
    """By its id."""

    user_id: strawberry.ID
    id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input(description="A team, whole: what is left out is gone.")
class SaveTeamInput(_Save):
    """Becomes a `Team`; contacts map a notifier plugin's name to an address."""

    name: str | None = None
    members: list[strawberry.ID] | None = None
    schedule: str | None = None
    contacts: list[LabelInput] | None = None


@strawberry.input(description="A service, whole: what is left out is gone.")
class SaveServiceInput(_Save):
    """Becomes a `Service`."""

    name: str | None = None
    owner_team: str | None = None
    tier: int | None = None
    depends_on: list[strawberry.ID] | None = None
    runbook_url: str | None = None
    escalation_policy: str | None = None
    labels: list[LabelInput] | None = None


@strawberry.input(description="Turns of `length` hours, days or weeks (`kind`: hourly, daily, weekly).")
class RotationInput:
    """From the first hand-off on, by the wall clock."""

    starts_on: str
    kind: str | None = None
    handoff: str | None = None
    length: int | None = None


@strawberry.input(
    description="People who take turns; or, with `calendar`, the turns of an imported calendar."
)
class ScheduleLayerInput:
    """Becomes a `LayerDraft`."""

    name: str
    people: list[strawberry.ID] | None = None
    rotation: RotationInput | None = None
    restrictions: list[HoursWindowInput] | None = None
    time_zone: str | None = None
    ends_at: str | None = None
    calendar: bool | None = None
    calendar_url: str | None = None


@strawberry.input(description="A schedule, whole, without its overrides, which stay.")
class SaveScheduleInput(_Save):
    """Becomes a `ScheduleDraft`."""

    name: str | None = None
    time_zone: str | None = None
    layers: list[ScheduleLayerInput] | None = None


@strawberry.input(description="What is to be deleted, by its id.")
class DeleteRecordInput(_Save):
    """Of a user, team, service or schedule."""


@strawberry.input(description="Put somebody on call for a while, whatever the layers say.")
class AddOverrideInput:
    """Becomes an `OverrideDraft`."""

    schedule_id: strawberry.ID
    person: strawberry.ID
    starts_at: datetime
    ends_at: datetime
    reason: str = ""
    idempotency_key: str | None = None


@strawberry.input(description="Take an override back, or end it now if it has begun.")
class EndOverrideInput:
    """By its id."""

    id: strawberry.ID
    idempotency_key: str | None = None


@strawberry.input(
    description="Turns from an iCalendar (RFC 5545): of a layer, or, once, as overrides for the next 400 days."
)
class ImportCalendarInput:
    """Attendees' addresses, else the summary, say who: by id, e-mail address or name of a user."""

    schedule_id: strawberry.ID
    name: str = strawberry.field(description="The layer, or what marks the overrides of this calendar.")
    text: str
    as_overrides: bool = False
    idempotency_key: str | None = None


_TERMS = frozenset({"expected_version", "idempotency_key"})


def plain(value: Any) -> Any:  # noqa: ANN401 - any part of an input
    """The input as a file would have it, so that one reader checks both; what was left out is left out."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if not hasattr(value, "__dataclass_fields__"):
        return value
    names = [one.name for one in fields(value) if one.name not in _TERMS]
    given = {name: part for name in names if (part := getattr(value, name)) is not None}
    return {name: _mapping(part) if name in _mappings(value) else plain(part) for name, part in given.items()}


def _mappings(value: object) -> tuple[str, ...]:
    """Which of its lists are names with values."""
    return (
        ("labels",)
        if isinstance(value, SaveServiceInput)
        else ("contacts",) * isinstance(value, SaveTeamInput)
    )


def _mapping(pairs: list[LabelInput]) -> dict[str, str]:
    return {one.key: one.value for one in pairs}
