"""The field that says where an incident went."""

from functools import partial
from typing import Any, cast

import strawberry

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.types import routing as shown
from incident_hub.response.rules.record import latest_routing
from incident_hub.storage.reading.rows import IncidentRow

__all__ = ["routing"]


async def routing(root: strawberry.Parent[IncidentRow], info: Info) -> shown.Routing | None:
    """Where it went when it was last routed; nothing where no rules had a say."""
    found = await info.context.services.database.read(partial(latest_routing, incident_id=root.id))
    if found is None:
        return None
    at, data = found
    rules = [
        shown.RoutingRule(
            id=strawberry.ID(one["id"]),
            name=one["name"],
            matched=one["matched"],
            failed=one.get("failed") or None,
        )
        for one in data.get("rules", ())
    ]
    return shown.Routing(
        at=cast("Any", at), event=data["event"], rules=rules, receivers=data.get("receivers", []),
        targets=data.get("targets", []), policy=data.get("policy"), held_by=data.get("held_by"),
        nobody=data.get("nobody"), catch_all=data.get("catch_all", []),
    )  # fmt: skip
