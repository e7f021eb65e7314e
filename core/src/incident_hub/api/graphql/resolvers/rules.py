"""Root fields of rules: reading, writing, trying; each calls one method of a service."""

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

import orjson
import strawberry

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.errors import bad_input
from incident_hub.api.graphql.paging import PageOf, page_request, shown_page
from incident_hub.api.graphql.resolvers.refusals import REFUSALS, refusal
from incident_hub.api.graphql.resolvers.submit import alert_of
from incident_hub.api.graphql.types import rules as given
from incident_hub.api.graphql.types.commands import AlertInput
from incident_hub.api.graphql.types.payloads import UserError
from incident_hub.domain.rules import RuleKind
from incident_hub.lifecycle.errors import IncidentNotFoundError, InvalidInputError
from incident_hub.response.rules.trial import Trial, try_alert, try_incident
from incident_hub.storage.rules import RuleRow, count_rules, find_rule, rule_page

__all__ = [
    "delete_rule", "route_test", "rule", "rules", "save_inhibition", "save_maintenance_window", "save_route",
]  # fmt: skip

_ASIDE = ("expected_version", "idempotency_key")


async def rule(info: Info, kind: given.RuleKind, id: strawberry.ID) -> RuleRow | None:  # noqa: A002
    """One rule."""
    return await info.context.services.database.read(partial(find_rule, kind=kind.value, key=id))


async def rules(
    info: Info, kind: given.RuleKind, first: int | None = None, after: str | None = None
) -> PageOf[RuleRow]:
    """Rules of a kind, by id."""
    database = info.context.services.database
    request = page_request(f"rule.{kind.value}", (str,), first, after)
    page = await database.read(partial(rule_page, kind=kind.value, request=request))
    total = partial(database.read, partial(count_rules, kind=kind.value))
    return shown_page(page, request.name, lambda row: (row.id,), total)


async def route_test(
    info: Info, incident_id: strawberry.ID | None = None, alert: AlertInput | None = None
) -> Trial:
    """Where an incident would go now and why: one of the hub, or that of an alert. Nothing is done."""
    if (incident_id is None) == (alert is None):
        raise bad_input("give either incidentId or alert")
    services = info.context.services.services
    try:
        if incident_id is not None:
            return await try_incident(services, incident_id)
        assert alert is not None  # noqa: S101 - one of the two is given
        return await try_alert(services, alert_of(alert, "alert"))
    except (IncidentNotFoundError, InvalidInputError) as error:
        raise bad_input(str(error)) from None


async def save_route(info: Info, input: given.SaveRouteInput) -> given.RulePayload | UserError:  # noqa: A002
    """Write a routing rule whole."""
    return await _save(info, RuleKind.ROUTE, strawberry.asdict(input))


async def save_maintenance_window(
    info: Info,
    input: given.SaveMaintenanceWindowInput,  # noqa: A002 - as everywhere in GraphQL
) -> given.RulePayload | UserError:
    """Write a maintenance window whole."""
    return await _save(info, RuleKind.WINDOW, strawberry.asdict(input))


async def save_inhibition(info: Info, input: given.SaveInhibitionInput) -> given.RulePayload | UserError:  # noqa: A002
    """Write an inhibition whole."""
    return await _save(info, RuleKind.INHIBITION, strawberry.asdict(input))


async def delete_rule(info: Info, input: given.DeleteRuleInput) -> given.RuleDeleted | UserError:  # noqa: A002
    """Delete a rule."""
    try:
        gone = await info.context.services.rules.delete(
            RuleKind(input.kind.value), input.id, info.context.viewer.actor,
            expected_version=input.expected_version, idempotency_key=input.idempotency_key,
        )  # fmt: skip
    except REFUSALS as error:
        return refusal(error)
    return given.RuleDeleted(id=strawberry.ID(gone))


async def _save(info: Info, kind: RuleKind, data: Mapping[str, Any]) -> given.RulePayload | UserError:
    written = {name: value for name, value in data.items() if name not in _ASIDE}
    try:
        row = await info.context.services.rules.save(
            kind, orjson.loads(orjson.dumps(written)), info.context.viewer.actor,
            expected_version=data["expected_version"], idempotency_key=data["idempotency_key"],
        )  # fmt: skip
    except REFUSALS as error:
        return refusal(error)
    return given.RulePayload(rule=cast("Any", row))
