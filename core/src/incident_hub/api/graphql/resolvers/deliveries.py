"""Deliveries: pages of them, another try for dead ones, and places that were given up."""

from functools import partial
from typing import Any, cast

import strawberry

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.paging import PageOf, page_request, shown_page
from incident_hub.api.graphql.types.deliveries import (
    AllowTargetPayload,
    DeliveryFilterInput,
    RefusedTarget,
    ReplayPayload,
)
from incident_hub.api.graphql.types.inputs import given
from incident_hub.api.graphql.types.payloads import NotFound, ValidationError
from incident_hub.storage.reading.deliveries import DeliveryFilter, count_deliveries, delivery_page
from incident_hub.storage.reading.rows import DeliveryRow

__all__ = ["allow_target", "deliveries", "refused_targets", "replay_deliveries"]

_MOST = 500


async def deliveries(
    info: Info,
    filter: DeliveryFilterInput | None = None,  # noqa: A002 - the schema's word
    first: int | None = None,
    after: str | None = None,
) -> PageOf[DeliveryRow]:
    """Deliveries, newest first; dead letters are those in the state DEAD."""
    database, chosen = info.context.services.database, _filter(filter)
    request = page_request("delivery", (str,), first, after)
    page = await database.read(lambda c: delivery_page(c, chosen, request))
    total = partial(database.read, lambda c: count_deliveries(c, chosen))
    return shown_page(page, request.name, lambda row: (row.id,), total)


async def refused_targets(info: Info) -> list[RefusedTarget]:
    """Places that are sent nothing any more, as they answered that they are gone."""
    found = await info.context.services.deliveries.refused()
    return [RefusedTarget(target=place, reason=why, since=cast("Any", at)) for place, why, at in found]


async def replay_deliveries(info: Info, ids: list[strawberry.ID]) -> ReplayPayload | ValidationError:
    """Give dead deliveries all their tries again, under their old keys."""
    if not 1 <= len(ids) <= _MOST:
        told = f"between 1 and {_MOST} deliveries can be replayed at once"
        return ValidationError(code="VALIDATION_ERROR", message=told, field="ids")
    found = await info.context.services.deliveries.replay([str(one) for one in ids])
    return ReplayPayload(deliveries=cast("Any", found))


async def allow_target(info: Info, target: str) -> AllowTargetPayload | NotFound:
    """Send to a place again that answered that it is gone."""
    if await info.context.services.deliveries.allow(target):
        return AllowTargetPayload(target=target)
    return NotFound(code="NOT_FOUND", message=f"{target[:160]!r} is no place that was given up")


def _filter(chosen: DeliveryFilterInput | None) -> DeliveryFilter:
    if chosen is None:
        return DeliveryFilter()
    values = given(chosen)
    for name in ("states", "channels", "events"):
        values[name] = tuple(str(getattr(one, "value", one)) for one in values.get(name, ()))
    values["place"] = values.pop("target", None)
    return DeliveryFilter(**values)
