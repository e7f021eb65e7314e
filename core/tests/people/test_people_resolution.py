"""Who is told: contact methods in order, quiet hours, stand-ins; and nobody never without a reason."""

from datetime import UTC, datetime

import pytest
from incident_hub.response.people.resolution import Resolution, WhyNot
from incident_hub_hookspecs import Person, Shift, Team
from incident_hub_hookspecs.testing import KnownDirectory

from .conftest import NOON, Crew, email, user, weekly

NIGHT = {"windows": [{"start": "22:00", "end": "07:00"}]}


def ways(found: Resolution) -> list[tuple[str, str]]:
    return [(one.channel, one.address) for one in found.reaches]


def codes(found: Resolution) -> list[tuple[str, WhyNot]]:
    return [(one.who, one.code) for one in found.unreached]


async def test_a_user_is_told_by_the_verified_contacts_in_order_that_hear_of_it(crew: Crew) -> None:
    sms = {
        "channel": "sms",
        "address": "+49",
        "verified": True,
        "severities": ["P0", "P1"],
        "delay_seconds": 60,
    }
    new = {"channel": "notifier_slack", "address": "U1"}
    odd = {"channel": "pigeon", "address": "loft", "verified": True}
    await crew.have(users=[user("ann", email("ann"), sms, new, odd)])
    found = await crew.resolve("user:ann")
    assert ways(found) == [("notifier_email", "ann@example.com"), ("sms", "+49")]
    assert [one.not_before for one in found.reaches] == [0, int(NOON.timestamp() * 1e6) + 60_000_000]
    assert ways(await crew.resolve("user:ann", severity="P3")) == [("notifier_email", "ann@example.com")]
    assert ways(await crew.resolve("user:ann", channels=["sms", "notifier_email"]))[0] == ("sms", "+49")
    slack = await crew.resolve("user:ann", channels=["notifier_slack"])
    assert ways(slack) == [("notifier_slack", "U1")]
    assert slack.reaches[0].note == "no contact method of ann is verified"
    lost = await crew.resolve("user:ann", channels=["notifier_teams"])
    assert len(lost.reaches) == 2
    assert "no contact method on notifier_teams" in lost.reaches[0].note


async def test_who_cannot_be_told_is_named_with_the_reason(crew: Crew) -> None:
    deaf = email("bob", severities=["P0"])
    await crew.have(
        users=[user("bob", deaf), {"id": "cy"}, {"id": "dee", "email": "dee@example.com"}],
        teams=[{"id": "empty"}],
        schedules=[{"id": "bare"}],
    )
    for receiver, code in [
        ("user:nobody", WhyNot.UNKNOWN_USER),
        ("user:bob", WhyNot.NOT_WANTED),
        ("user:cy", WhyNot.NO_CONTACT),
        ("team:nobody", WhyNot.UNKNOWN_TEAM),
        ("team:empty", WhyNot.EMPTY_TEAM),
        ("schedule:nobody", WhyNot.UNKNOWN_SCHEDULE),
        ("schedule:bare", WhyNot.NOBODY_ON_CALL),
        ("target:notifier_slack.9", WhyNot.UNKNOWN_TARGET),
    ]:
        found = await crew.resolve(receiver)
        assert (ways(found), codes(found)) == ([], [(receiver, code)])
        assert receiver.partition(":")[2] in found.nobody
    assert ways(await crew.resolve("user:dee")) == [("notifier_email", "dee@example.com")]
    assert (await crew.resolve("target:notifier_slack.0")).reaches[0].target == "notifier_slack.0"


@pytest.mark.parametrize(
    ("at", "over"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)),  # into summer time
        (datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 25, 6, tzinfo=UTC)),  # and back
    ],
)
async def test_quiet_hours_hold_on_the_users_clock_over_both_changes_of_it(
    crew: Crew, at: datetime, over: datetime
) -> None:
    loud = email("loud", during_quiet_hours=True)
    await crew.have(users=[user("ann", email("ann"), loud, time_zone="Europe/Berlin", quiet_hours=NIGHT)])
    quiet, at_once = (await crew.resolve("user:ann", at)).reaches
    assert quiet.not_before == int(over.timestamp() * 1e6)
    assert quiet.waits.startswith("quiet hours of ann until 20")
    assert at_once.not_before == 0
    urgent = await crew.resolve("user:ann", at, "P0")
    assert [one.not_before for one in urgent.reaches] == [0, 0]


async def test_a_deleted_user_on_call_leaves_the_page_to_who_is_next_and_is_named(crew: Crew) -> None:
    backup = weekly("cy", name="backup")
    await crew.have(
        users=[user("ann"), user("bob"), user("cy")],
        schedules=[{"id": "primary", "layers": [backup, weekly("ann", "bob")]}],
    )
    first = await crew.resolve("schedule:primary")
    assert ways(first) == [("notifier_email", "ann@example.com")]
    assert first.reaches[0].because == "on call on primary by first"
    await crew.lose("users", "ann")
    found = await crew.resolve("schedule:primary")
    assert ways(found) == [("notifier_email", "cy@example.com")]
    assert codes(found) == [("user:ann", WhyNot.UNKNOWN_USER)]
    assert found.reaches[0].because == "on call on primary by backup, in place of user:ann"
    for key in ("bob", "cy"):
        await crew.lose("users", key)
    assert "ann" in (await crew.resolve("schedule:primary")).nobody


async def test_a_gap_says_when_it_ends(crew: Crew) -> None:
    office = {"start": "09:00", "end": "17:00", "weekdays": ["mon", "tue", "wed", "thu", "fri"]}
    await crew.have(schedules=[{"id": "day", "layers": [weekly("ann", restrictions=[office])]}])
    found = await crew.resolve("schedule:day", datetime(2026, 3, 27, 18, tzinfo=UTC))
    assert found.nobody.startswith("nobody is on call on day until 2026-03-30T09:00")


async def test_teams_and_people_of_other_directories_are_found_and_local_edits_count_at_once(
    crew: Crew,
) -> None:
    eve = Person("Eve Doe", time_zone="Mars", contacts={"sms": "+1"})
    elsewhere = KnownDirectory(
        people=[eve, Person("ann", email="old@example.com")],
        teams=[Team("ops", members=("Eve Doe", "ann"), contacts={"notifier_slack": "#ops"})],
        shifts={"night": [Shift(eve, "night")]},
    )
    crew.know(ldap=elsewhere)
    services = crew.services
    assert (await services.directory.person("ann")) == Person("ann", email="old@example.com")
    await crew.have(users=[user("ann", email="ann@example.com", name="Ann")])
    known = await services.directory.person("ANN@example.com")
    assert known is not None
    assert known.name == "Ann"
    assert ways(await crew.resolve("team:ops")) == [
        ("sms", "+1"), ("notifier_email", "ann@example.com"), ("notifier_slack", "#ops"),
    ]  # fmt: skip
    assert ways(await crew.resolve("schedule:night")) == [("sms", "+1")]
    await crew.have(schedules=[{"id": "night", "layers": [weekly("ann")]}])
    assert ways(await crew.resolve("schedule:night")) == [("notifier_email", "ann@example.com")]
    (shift,) = await services.directory.on_call("night", NOON)
    assert (shift.person.name, shift.starts_at, shift.ends_at) == (
        "Ann", datetime(2026, 3, 23, 9, tzinfo=UTC), None,
    )  # fmt: skip
