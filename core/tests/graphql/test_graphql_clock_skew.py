"""A sender whose clock is ahead shows on its alerts."""

from datetime import timedelta

from incident_hub.testing.clock import StandingClock
from incident_hub.testing.hubs import Hubs
from incident_hub_hookspecs import Alert

QUERY = "query A($id: ID!) { alerts(incidentId: $id) { nodes { clockSkewSeconds } } }"


async def test_an_alert_that_began_after_it_came_tells_the_skew(
    hub_with: Hubs, hub_clock: StandingClock
) -> None:
    made, told = await hub_with(), []
    for title, seconds in (("ahead", 300.5), ("late", -300)):
        starts = hub_clock.now() + timedelta(seconds=seconds)
        (ack,) = await made.hub.intake.submit([Alert("s", title, starts_at=starts)])
        (node,) = (await made.gql(QUERY, id=ack.incident_id))["alerts"]["nodes"]
        told.append(node["clockSkewSeconds"])
    assert told == [300.5, None]
