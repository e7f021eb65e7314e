"""An incident that keeps coming back: an acknowledgement and a silence hold, and flapping is mute until it lasts."""

from incident_hub.domain.clock import HubClock
from incident_hub.domain.times import SECOND
from incident_hub.intake import Intake
from incident_hub.intake.damping import Damping
from incident_hub.intake.flapping import settle_flapping
from incident_hub.intake.silence_draft import SilenceDraft
from incident_hub.intake.silencer import Silencer
from incident_hub.intake.silences import Matcher
from incident_hub.lifecycle import Lifecycle
from incident_hub.storage.database import Database
from incident_hub_hookspecs import Alert, AlertStatus
from sqlalchemy import text

FIRING = Alert("s", "t", stateful=True, labels={"team": "chat"})
OVER = Alert("s", "t", stateful=True, status=AlertStatus.RESOLVED, labels={"team": "chat"})
DAMPING = Damping(returns=3, window=600 * SECOND, lasting=60 * SECOND)


def made(database: Database) -> Intake:
    return Intake(
        database, HubClock(), deduplication_seconds=900, reopen_seconds=3600, queue_limit=100,
        on_commit=lambda: None, damping=DAMPING,
    )  # fmt: skip


async def one(database: Database, sql: str) -> list[tuple[object, ...]]:
    return await database.read(lambda c: [tuple(row) for row in c.execute(text(sql))])


async def test_an_acknowledgement_and_a_silence_hold_when_the_source_ends_and_fires_again(
    database: Database,
) -> None:
    intake, now = made(database), HubClock().micros()
    (ack,) = await intake.submit([FIRING])
    await Lifecycle(database, HubClock(), lambda: None).acknowledge(ack.incident_id or "", "ann")
    await intake.submit([OVER])
    silencer = Silencer(database, HubClock(), lambda: None)
    silence = await silencer.put(SilenceDraft((Matcher("team", "chat"),), now, now + 600 * SECOND, "ann", ""))
    await intake.submit([FIRING])
    sql = "SELECT acknowledged_by, silenced_by, reopened FROM incident"
    assert await one(database, sql) == [("ann", silence, 1)]
    await intake.submit([OVER])
    routed = await one(database, "SELECT key FROM job WHERE kind = 'route' AND key LIKE '%resolved%'")
    assert len(routed) == 2  # a silence swallows no end
    await silencer.expire(silence, "ann")
    await intake.submit([FIRING])
    assert await one(database, sql) == [("ann", None, 2)]


async def test_what_a_silence_hid_is_told_when_it_comes_back_after_the_silence(database: Database) -> None:
    intake, now = made(database), HubClock().micros()
    silencer = Silencer(database, HubClock(), lambda: None)
    silence = await silencer.put(SilenceDraft((Matcher("team", "chat"),), now, now + 600 * SECOND, "ann", ""))
    await intake.submit([FIRING])
    await intake.submit([OVER])
    await silencer.expire(silence, "ann")
    assert await one(database, "SELECT COUNT(*) FROM job WHERE kind = 'apply_rules'") == [(0,)]
    await intake.submit([FIRING])
    ((payload,),) = await one(database, "SELECT payload FROM job WHERE kind = 'apply_rules'")
    assert '"created"' in str(payload)
    await intake.submit([OVER])
    await intake.submit([FIRING])
    assert await one(database, "SELECT COUNT(*) FROM job WHERE kind = 'apply_rules'") == [(1,)]


async def test_flapping_is_mute_until_it_lasts_and_a_lasting_outage_is_told(database: Database) -> None:
    intake = made(database)
    (ack,) = await intake.submit([FIRING])
    key = ack.incident_id or ""
    for _ in range(2):
        await intake.submit([OVER])
        await intake.submit([FIRING])
    assert await one(database, "SELECT silenced_by FROM incident") == [(None,)]
    await intake.submit([OVER])
    await intake.submit([FIRING])
    assert await one(database, "SELECT silenced_by FROM incident") == [("flapping",)]
    await Silencer(database, HubClock(), lambda: None).settle()
    assert await one(database, "SELECT silenced_by FROM incident") == [("flapping",)]
    timers = "SELECT COUNT(*) FROM job WHERE kind = 'flapping'"
    assert await one(database, timers) == [(1,)]

    async def look(after: int) -> str:
        now = HubClock().micros() + after * SECOND
        return await database.write(lambda c: settle_flapping(c, key, DAMPING, now))

    assert await look(30) == "still flapping"
    assert await one(database, timers) == [(2,)]
    assert await look(61) == "over"
    assert await look(62) == "not flapping any more"
    assert await one(database, "SELECT silenced_by FROM incident") == [(None,)]
    assert await one(database, "SELECT COUNT(*) FROM job WHERE kind = 'apply_rules'") == [(1,)]
    told = "SELECT type FROM event WHERE type LIKE 'Flapping%' ORDER BY cursor"
    assert await one(database, told) == [("FlappingStarted",), ("FlappingEnded",)]


async def test_flapping_that_ends_well_tells_the_end(database: Database) -> None:
    intake = made(database)
    (ack,) = await intake.submit([FIRING])
    for _ in range(3):
        await intake.submit([OVER])
        await intake.submit([FIRING])
    await intake.submit([OVER])
    now = HubClock().micros() + 61 * SECOND
    assert await database.write(lambda c: settle_flapping(c, ack.incident_id or "", DAMPING, now)) == "over"
    last = "SELECT payload FROM job WHERE kind = 'route' AND key LIKE '%f'"
    ((payload,),) = await one(database, last)
    assert '"resolved"' in str(payload)
