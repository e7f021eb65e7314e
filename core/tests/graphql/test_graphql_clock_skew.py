"""A sender whose clock is ahead shows on its alerts."""

from datetime import timedelta

from incident_hub.testing.clock import StandingClock
from incident_hub.testing.hubs import Hubs
from incident_hub.testing.running import RunningHub
from incident_hub_hookspecs import Alert
from sqlalchemy import text

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


async def test_a_source_whose_clock_is_ahead_is_noticed_once_and_shown(
    hub_with: Hubs, hub_clock: StandingClock
) -> None:
    made = await hub_with(config={"intake": {"clock_skew_seconds": 60}})
    for title, source, seconds in (
        ("a", "ahead", 90),
        ("b", "ahead", 400),
        ("c", "fine", 59),
        ("d", "late", -900),
    ):
        starts = hub_clock.now() + timedelta(seconds=seconds)
        await made.hub.intake.submit([Alert(source, title, starts_at=starts)])
    found = await made.gql("{ clockSkews { source seconds noticedAt lastAt } }")
    (one,) = found["clockSkews"]
    assert (one["source"], one["seconds"]) == ("ahead", 90)
    noticed = [("source:ahead", '{"source":"ahead","seconds":90.0}', None)]
    assert await _noticed(made) == noticed
    hub_clock.move(3600)
    await made.hub.intake.submit([Alert("ahead", "b", starts_at=hub_clock.now() + timedelta(seconds=400))])
    (one,) = (await made.gql("{ clockSkews { seconds } }"))["clockSkews"]
    assert one == {"seconds": 400.0}
    assert await _noticed(made) == noticed


async def _noticed(made: RunningHub) -> list[tuple[str, ...]]:
    sql = text("SELECT actor, data, incident_id FROM event WHERE type = 'ClockSkewNoticed'")
    return await made.hub.database.read(lambda c: [tuple(row) for row in c.execute(sql)])
