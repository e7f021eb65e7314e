"""Root fields of silences: each calls one method of the silencer."""

from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

import strawberry

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.paging import PageOf, page_request, shown_page
from incident_hub.api.graphql.types import silences as given
from incident_hub.api.graphql.types.payloads import NotFound, UserError, ValidationError
from incident_hub.domain.times import to_micros
from incident_hub.intake.silence_draft import InvalidSilenceError, SilenceDraft
from incident_hub.intake.silencer import Silencer
from incident_hub.intake.silences import Matcher
from incident_hub.intake.silencing import UnknownSilenceError
from incident_hub.storage.silences import SilenceRow, count_silences, silence_by_id, silence_page

__all__ = ["expire_silence", "save_silence", "silences"]


async def silences(info: Info, first: int | None = None, after: str | None = None) -> PageOf[SilenceRow]:
    """Silences that are kept, newest first."""
    database = info.context.services.database
    request = page_request("silence", (str,), first, after)
    page = await database.read(partial(silence_page, request=request))
    return shown_page(page, request.name, lambda row: (row.id,), partial(database.read, count_silences))


async def save_silence(info: Info, input: given.SaveSilenceInput) -> given.SilencePayload | UserError:  # noqa: A002
    """Make or change a silence; the open incidents that it meets are mute when the answer leaves."""
    start = info.context.services.clock.now() if input.starts_at is None else input.starts_at
    matchers = tuple(Matcher(one.name, one.value, one.is_regex, one.is_equal) for one in input.matchers)
    draft = SilenceDraft(
        matchers, _micros(start), _micros(input.ends_at), info.context.viewer.actor, input.comment
    )
    try:
        made = await _silencer(info).put(draft, str(input.id or ""))
    except InvalidSilenceError as error:
        return ValidationError(code="VALIDATION_ERROR", message=str(error), field="input")
    except UnknownSilenceError:
        return _unknown(str(input.id))
    return await _shown(info, made)


async def expire_silence(info: Info, id: strawberry.ID) -> given.SilencePayload | UserError:  # noqa: A002
    """End a silence now; the incidents that it alone had muted are heard again."""
    try:
        await _silencer(info).expire(id, info.context.viewer.actor)
    except UnknownSilenceError:
        return _unknown(id)
    return await _shown(info, id)


def _silencer(info: Info) -> Silencer:
    services = info.context.services
    return Silencer(services.database, services.services.clock, services.feed.wake)


async def _shown(info: Info, key: str) -> given.SilencePayload | UserError:
    row = await info.context.services.database.read(partial(silence_by_id, silence_id=key))
    return _unknown(key) if row is None else given.SilencePayload(silence=cast("Any", row))


def _unknown(key: str) -> NotFound:
    return NotFound(code="NOT_FOUND", message=f"there is no silence {key}")


def _micros(moment: datetime) -> int:
    return to_micros(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
