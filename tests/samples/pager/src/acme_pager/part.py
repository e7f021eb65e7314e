"""The log in GraphQL: the newest pages, and those of each incident."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

import strawberry
from incident_hub_hookspecs import GraphQLPart, Incident, IncidentPart

from acme_pager.log import Delivery, DeliveryLog

__all__ = ["graphql_part"]

MOST = 100


@strawberry.type(description="One page that arrived.")
class AcmePagerDelivery:
    """Shows a `Delivery`."""

    incident_id: strawberry.ID
    event: str
    at: datetime
    page: str


@strawberry.type(description="The pages for one incident, the oldest first.")
class AcmePagerPages:
    """What `Incident.acmePager` is."""

    count: int
    deliveries: list[AcmePagerDelivery]


def graphql_part(log: DeliveryLog) -> GraphQLPart:
    """The part over this log."""

    async def newest(first: int = 20) -> list[AcmePagerDelivery]:
        return [_shown(one) for one in await log.newest(max(0, min(first, MOST)))]

    @strawberry.type
    class AcmePagerQuery:
        deliveries: list[AcmePagerDelivery] = strawberry.field(
            resolver=newest, description=f"The newest pages of all incidents; at most {MOST}."
        )

    async def load(incidents: Sequence[Incident]) -> Sequence[AcmePagerPages | None]:
        found = await log.of_incidents([one.id for one in incidents])
        by_id = sorted(found, key=attrgetter("incident_id"))
        pages = {
            key: [_shown(one) for one in many] for key, many in groupby(by_id, attrgetter("incident_id"))
        }
        return [
            AcmePagerPages(count=len(mine), deliveries=mine) if (mine := pages.get(one.id)) else None
            for one in incidents
        ]

    return GraphQLPart(query=AcmePagerQuery, incident=IncidentPart(AcmePagerPages, load))


def _pages(many: Iterable[Delivery]) -> AcmePagerPages:
    shown = [_shown(one) for one in many]
    return AcmePagerPages(count=len(shown), deliveries=shown)


def _shown(one: Delivery) -> AcmePagerDelivery:
    return AcmePagerDelivery(
        incident_id=strawberry.ID(one.incident_id), event=one.event, at=one.at, page=one.page
    )
