"""What may run when: windows in local time, how much an action can break, and who is exempt."""

from datetime import UTC, datetime
from typing import Any

import pytest
from incident_hub_gate_freeze import Settings, Window, plugin
from incident_hub_hookspecs import BlastRadius, ConfigError, Decision, Severity, Verdict
from incident_hub_hookspecs.testing import FixedClock, call_context, plugin_context
from incident_hub_hookspecs.testing.builders import an_action_request, an_incident

ALLOW, APPROVE, DENY = Decision.ALLOW, Decision.NEEDS_APPROVAL, Decision.DENY
YEAR_END = Window("year end", begins="2026-12-20", ends="2027-01-03")
NIGHTS = Window("nights", days=("mon", "fri"), start="22:00", end="06:00")


async def said(settings: Settings, at: str = "2026-12-24T12:00", **request: Any) -> Verdict:  # noqa: ANN401
    """The verdict at a time in UTC."""
    clock = FixedClock(datetime.fromisoformat(at).replace(tzinfo=UTC))
    context = call_context(plugin_context("gate_freeze", settings, clock=clock))
    return await plugin.authorize_action(request=an_action_request(**request), context=context)


async def decided(settings: Settings, at: str = "2026-12-24T12:00", **request: Any) -> Decision:  # noqa: ANN401
    return (await said(settings, at, **request)).decision


async def test_without_configuration_everything_may_run() -> None:
    assert await decided(Settings(), blast_radius=BlastRadius.SYSTEM) is ALLOW


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        ("2026-12-19T23:59", "UTC", ALLOW),
        ("2026-12-20T00:00", "UTC", DENY),
        ("2027-01-03T23:59", "UTC", DENY),
        ("2027-01-04T00:00", "UTC", ALLOW),
        ("2026-12-19T23:30", "Europe/Berlin", DENY),  # half past midnight there
        ("2027-01-03T23:30", "Europe/Berlin", ALLOW),
    ],
)
async def test_a_dated_window_is_meant_in_the_time_zone(at: str, zone: str, expected: Decision) -> None:
    assert await decided(Settings(zone, (YEAR_END,)), at) is expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23T21:59", ALLOW),  # a Monday
        ("2026-11-23T22:00", DENY),
        ("2026-11-24T05:59", DENY),  # Tuesday, in the window that began on Monday
        ("2026-11-24T06:00", ALLOW),
        ("2026-11-24T22:30", ALLOW),
        ("2026-11-28T05:00", DENY),  # Saturday, from Friday on
    ],
)
async def test_a_weekly_window_may_reach_into_the_next_day(at: str, expected: Decision) -> None:
    assert await decided(Settings(windows=(NIGHTS,)), at) is expected


async def test_a_day_without_times_is_frozen_whole_and_clock_changes_move_nothing() -> None:
    sundays = Settings("Europe/Berlin", (Window("Sundays", days=("sun",)),))
    found = [await decided(sundays, at) for at in (
        "2026-10-24T21:59", "2026-10-24T22:00", "2026-10-25T01:30", "2026-10-25T22:59", "2026-10-25T23:00",
    )]  # fmt: skip
    assert found == [ALLOW, DENY, DENY, DENY, ALLOW]  # the day has 25 hours


async def test_the_reason_says_which_freeze_and_until_when() -> None:
    verdict = await said(Settings("Europe/Berlin", (YEAR_END,)))
    assert verdict.reason == "change freeze (year end) until 2027-01-03 23:59 Europe/Berlin"


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"blast_radius": BlastRadius.NONE}, ALLOW),
        ({"blast_radius": BlastRadius.INCIDENT}, DENY),
        ({"incident": an_incident(severity=Severity.P0)}, ALLOW),
        ({"incident": an_incident(severity=Severity.P1)}, DENY),
        ({"action": "scale.up"}, ALLOW),
        ({"action": "scaled"}, DENY),
        ({"dry_run": True}, ALLOW),
    ],
)
async def test_who_is_free_of_a_freeze(request_: dict[str, Any], expected: Decision) -> None:
    window = Window("always", begins="2026-01-01", ends="2026-12-31", except_severities=("P0",))
    settings = Settings(windows=(window,), allow_actions=("scale.*",))
    given = {
        "blast_radius": BlastRadius.SERVICE,
        "incident": an_incident(severity=Severity.P2),
        "dry_run": False,
    }
    assert await decided(settings, **{**given, **request_}) is expected


async def test_what_breaks_much_needs_an_approval_and_the_strictest_counts() -> None:
    settings = Settings(windows=(YEAR_END,), approval_blast_radius="service")
    spring = "2026-04-01T12:00"
    assert await decided(settings, spring, blast_radius=BlastRadius.SYSTEM) is APPROVE
    assert await decided(settings, spring, blast_radius=BlastRadius.INCIDENT) is ALLOW
    assert await decided(settings, blast_radius=BlastRadius.SYSTEM) is DENY
    soft = Settings(windows=(Window("weekend", days=("thu",), decision="needs_approval"),))
    assert await decided(soft, blast_radius=BlastRadius.SERVICE) is APPROVE


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"days": ("mon",), "begins": "2026-01-01", "ends": "2026-01-02"}, "days"),
        ({}, "days"),
        ({"days": ("mon",), "start": "25:00"}, "start"),
        ({"days": ("mon",), "end": "late"}, "end"),
        ({"begins": "2026-01-02", "ends": "2026-01-01"}, "ends"),
        ({"begins": "2026-01-02"}, "ends"),
        ({"begins": "soon", "ends": "2026-01-02"}, "begins"),
        ({"begins": "2026-01-01T00:00+01:00", "ends": "2026-01-02"}, "begins"),
    ],
)
def test_a_window_that_means_nothing_is_refused_by_its_key(wrong: dict[str, Any], path: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Window("x", **wrong)
    assert caught.value.path == path


def test_an_unknown_time_zone_is_refused() -> None:
    for zone in ("Europe/Berlinn", "", "../etc/passwd"):
        with pytest.raises(ConfigError, match="time_zone: there is no time zone"):
            Settings(zone)
