"""Mutations of people: each reads its input as a file would be read, and calls one method of the service."""

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

import strawberry

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.resolvers.refusals import REFUSALS, refusal
from incident_hub.api.graphql.types import people_inputs as given
from incident_hub.api.graphql.types.payloads import UserError
from incident_hub.api.graphql.types.people_payloads import (
    CalendarFeedPayload,
    DeletedPayload,
    ImportPayload,
    NewCalendarFeedPayload,
    OverridePayload,
    SchedulePayload,
    ServicePayload,
    TeamPayload,
    UserPayload,
)
from incident_hub.domain.people import Kind
from incident_hub.lifecycle.errors import InvalidInputError
from incident_hub.response.people.documents import DocumentError, parse_record
from incident_hub.response.people.feeds import feed_path
from incident_hub.response.people.overriding import OverrideDraft
from incident_hub.response.people.reading import kept, read_draft
from incident_hub.storage.records import RecordRow

__all__ = [
    "add_override",
    "close_calendar_feed",
    "create_calendar_feed",
    "delete_contact_method",
    "delete_schedule",
    "delete_service",
    "delete_team",
    "delete_user",
    "end_override",
    "import_calendar",
    "save_contact_method",
    "save_schedule",
    "save_service",
    "save_team",
    "save_user",
]


_Save = given.SaveUserInput | given.SaveTeamInput | given.SaveServiceInput | given.SaveScheduleInput


async def save_user(info: Info, input: given.SaveUserInput) -> UserPayload | UserError:  # noqa: A002
    """Write a user whole, new or in the place of the one of its id."""
    found = await _saved(info, Kind.USER, input)
    return found if isinstance(found, UserError) else UserPayload(user=found)


async def save_team(info: Info, input: given.SaveTeamInput) -> TeamPayload | UserError:  # noqa: A002
    """Write a team whole, new or in the place of the one of its id."""
    found = await _saved(info, Kind.TEAM, input)
    return found if isinstance(found, UserError) else TeamPayload(team=found)


async def save_service(info: Info, input: given.SaveServiceInput) -> ServicePayload | UserError:  # noqa: A002
    """Write a service whole, new or in the place of the one of its id."""
    found = await _saved(info, Kind.SERVICE, input)
    return found if isinstance(found, UserError) else ServicePayload(service=found)


async def save_schedule(info: Info, input: given.SaveScheduleInput) -> SchedulePayload | UserError:  # noqa: A002
    """Write a schedule whole, new or in the place of the one of its id; its overrides stay."""
    found = await _saved(info, Kind.SCHEDULE, input)
    return found if isinstance(found, UserError) else SchedulePayload(schedule=found)


async def delete_user(info: Info, input: given.DeleteRecordInput) -> DeletedPayload | UserError:  # noqa: A002
    """Delete a user; where the user's turn comes, the page goes to who stands in."""
    return await _deleted(info, Kind.USER, input)


async def delete_team(info: Info, input: given.DeleteRecordInput) -> DeletedPayload | UserError:  # noqa: A002
    """Delete a team."""
    return await _deleted(info, Kind.TEAM, input)


async def delete_service(info: Info, input: given.DeleteRecordInput) -> DeletedPayload | UserError:  # noqa: A002
    """Delete a service."""
    return await _deleted(info, Kind.SERVICE, input)


async def delete_schedule(info: Info, input: given.DeleteRecordInput) -> DeletedPayload | UserError:  # noqa: A002
    """Delete a schedule with its overrides and calendars."""
    return await _deleted(info, Kind.SCHEDULE, input)


async def save_contact_method(
    info: Info,
    input: given.SaveContactMethodInput,  # noqa: A002
) -> UserPayload | UserError:
    """Add a contact method to a user, or change the one of its id; a changed address is not verified any more."""
    people, actor = info.context.services.people, info.context.viewer.actor
    contact = given.plain(input.contact)
    try:
        row = await people.save_contact(
            input.user_id, contact, actor, position=input.position, **_terms(input)
        )
    except REFUSALS as error:
        return refusal(error)
    return UserPayload(user=_shown(Kind.USER, row))


async def delete_contact_method(
    info: Info,
    input: given.DeleteContactMethodInput,  # noqa: A002
) -> UserPayload | UserError:
    """Take a contact method from a user."""
    people, actor = info.context.services.people, info.context.viewer.actor
    try:
        row = await people.delete_contact(input.user_id, input.id, actor, **_terms(input))
    except REFUSALS as error:
        return refusal(error)
    return UserPayload(user=_shown(Kind.USER, row))


async def add_override(info: Info, input: given.AddOverrideInput) -> OverridePayload | UserError:  # noqa: A002
    """Put somebody on call for a while, whatever the layers say; of several overrides the latest made counts."""
    people, actor = info.context.services.people, info.context.viewer.actor
    draft = OverrideDraft(input.schedule_id, input.person, input.starts_at, input.ends_at, input.reason)
    try:
        row = await people.override(draft, actor, idempotency_key=input.idempotency_key)
    except REFUSALS as error:
        return refusal(error)
    return OverridePayload(override=cast("Any", row))


async def end_override(info: Info, input: given.EndOverrideInput) -> OverridePayload | UserError:  # noqa: A002
    """Take an override back, or end it now if it has begun."""
    people, actor = info.context.services.people, info.context.viewer.actor
    try:
        row = await people.end_override(input.id, actor, idempotency_key=input.idempotency_key)
    except REFUSALS as error:
        return refusal(error)
    return OverridePayload(override=cast("Any", row))


async def import_calendar(info: Info, input: given.ImportCalendarInput) -> ImportPayload | UserError:  # noqa: A002
    """Let a calendar say who is on call, by a layer or by overrides; read anew, it takes the place of the old one."""
    people, actor = info.context.services.people, info.context.viewer.actor
    try:
        found = await people.import_calendar(
            input.schedule_id,
            input.name,
            input.text,
            actor,
            as_overrides=input.as_overrides,
            idempotency_key=input.idempotency_key,
        )
    except REFUSALS as error:
        return refusal(error)
    return ImportPayload(schedule_id=strawberry.ID(found.schedule), turns=found.turns, unknown=found.unknown)


async def create_calendar_feed(info: Info, receiver: str) -> NewCalendarFeedPayload | UserError:
    """Make a calendar feed of a user's or a schedule's shifts; asked twice, it makes two."""
    try:
        row, token = await info.context.services.people.open_feed(receiver, info.context.viewer.actor)
    except REFUSALS as error:
        return refusal(error)
    base, path = info.context.services.config.public_url.rstrip("/"), feed_path(token)
    return NewCalendarFeedPayload(feed=cast("Any", row), path=path, url=f"{base}{path}" if base else "")


async def close_calendar_feed(info: Info, id: strawberry.ID) -> CalendarFeedPayload | UserError:  # noqa: A002
    """Close a calendar feed for good: its address answers 404 from now on."""
    try:
        row = await info.context.services.people.close_feed(id, info.context.viewer.actor)
    except REFUSALS as error:
        return refusal(error)
    return CalendarFeedPayload(feed=cast("Any", row))


async def _saved(info: Info, kind: Kind, asked: _Save) -> Any:  # noqa: ANN401 - the record as the schema shows it
    people, actor = info.context.services.people, info.context.viewer.actor
    try:
        record = parse_record(kind, await _with_urls(info, asked))
        row = await people.save(kind, record, actor, **_terms(asked))
    except DocumentError as error:
        return refusal(InvalidInputError(error.path, error.message))
    except REFUSALS as error:
        return refusal(error)
    return _shown(kind, row)


async def _with_urls(info: Info, asked: _Save) -> Any:  # noqa: ANN401 - as a file has it
    """What was asked; a calendar keeps its address, which nobody can read, unless another is given."""
    data = given.plain(asked)
    if not isinstance(asked, given.SaveScheduleInput):
        return data
    old = await info.context.services.database.read(partial(read_draft, key=asked.id))
    urls = {layer.name: layer.calendar_url for layer in (old.layers if old else ())}
    for layer in data.get("layers", ()):
        if layer.get("calendar") and "calendar_url" not in layer:
            layer["calendar_url"] = urls.get(layer["name"], "")
    return data


async def _deleted(info: Info, kind: Kind, asked: given.DeleteRecordInput) -> DeletedPayload | UserError:
    people, actor = info.context.services.people, info.context.viewer.actor
    try:
        named = await people.delete(kind, asked.id, actor, **_terms(asked))
    except REFUSALS as error:
        return refusal(error)
    return DeletedPayload(id=asked.id, named_by=named)


def _shown(kind: Kind, row: RecordRow) -> Any:  # noqa: ANN401 - as above
    return kept(kind, row)


def _terms(asked: Any) -> Mapping[str, Any]:  # noqa: ANN401 - any of the inputs
    return {"expected_version": asked.expected_version, "idempotency_key": asked.idempotency_key}
