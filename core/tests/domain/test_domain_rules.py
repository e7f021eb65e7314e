"""Rules say what is wrong with them, and windows hold by the wall clock over both changes of the clocks."""

from datetime import UTC, datetime

import pytest
from incident_hub.domain.rules import MaintenanceWindow, MatcherSetting, Mute, RuleKind, mute_of, occurrence
from incident_hub.intake.rulebook import rule_from, rule_json, rule_of
from incident_hub_hookspecs import ConfigError

MATCH = ({"name": "team", "value": "chat"},)


def window(**data: object) -> MaintenanceWindow:
    return MaintenanceWindow("w", (MatcherSetting("team", "chat"),), **data)  # type: ignore[arg-type]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "repeat", "asked", "begins", "ends"),
    [
        # once, an hour by the wall clock
        ("2026-01-10T02:00", "", "2026-01-01", "2026-01-10T01:00", "2026-01-10T02:00"),
        # in spring 02:00 to 03:00 is jumped over, and with it the whole window: it keeps its length
        ("2026-03-29T02:30", "", "2026-03-29", "2026-03-29T01:30", "2026-03-29T02:30"),
        ("2026-03-22T01:30", "FREQ=WEEKLY", "2026-03-29", "2026-03-29T00:30", "2026-03-29T01:30"),
        # behind the jump the same wall clock is an hour earlier in UTC
        ("2026-03-22T02:00", "FREQ=WEEKLY", "2026-03-30", "2026-04-05T00:00", "2026-04-05T01:00"),
        # in autumn 02:00 to 03:00 comes twice: from the first to the second
        ("2026-10-18T02:00", "FREQ=WEEKLY", "2026-10-24T23:00", "2026-10-25T00:00", "2026-10-25T02:00"),
        ("2026-10-18T01:30", "FREQ=WEEKLY", "2026-10-24T23:00", "2026-10-24T23:30", "2026-10-25T01:30"),
        ("2026-01-01T22:00", "FREQ=MONTHLY;BYDAY=-1SU", "2026-11-01", "2026-11-29T21:00", "2026-11-29T22:00"),
    ],
)
def test_a_window_holds_by_the_wall_clock_of_its_zone(
    starts: str, repeat: str, asked: str, begins: str, ends: str
) -> None:
    made = window(starts_at=starts, minutes=60, time_zone="Europe/Berlin", repeat=repeat)
    found = occurrence(made, utc(asked))
    assert found == (utc(begins), utc(ends))


def test_a_window_that_is_over_holds_no_more() -> None:
    once = window(starts_at="2026-01-10T02:00", minutes=60)
    assert occurrence(once, utc("2026-01-10T03:00")) is None
    counted = window(starts_at="2026-01-10T02:00", minutes=60, repeat="FREQ=DAILY;COUNT=2")
    assert occurrence(counted, utc("2026-01-10T03:00")) == (utc("2026-01-11T02:00"), utc("2026-01-11T03:00"))
    assert occurrence(counted, utc("2026-01-11T03:00")) is None


@pytest.mark.parametrize(
    ("kind", "data", "path"),
    [
        (RuleKind.ROUTE, {"id": "a b"}, "id"),
        (RuleKind.ROUTE, {"id": "a", "condition": "incident.severty == 'P0'"}, "condition"),
        (RuleKind.ROUTE, {"id": "a", "receivers": ["user:ann", "ann"]}, "receivers[1]"),
        (RuleKind.ROUTE, {"id": "a", "severity": "P9"}, "severity"),
        (RuleKind.ROUTE, {"id": "a", "then": "maybe"}, "then"),
        (RuleKind.ROUTE, {"id": "a", "suppress": True, "receivers": ["user:ann"]}, "suppress"),
        (RuleKind.ROUTE, {"id": "a", "channels": ["sms"]}, "channels"),
        (RuleKind.ROUTE, {"id": "a", "recievers": []}, "recievers"),
        (RuleKind.INHIBITION, {"id": "a", "target": MATCH}, "source"),
        (RuleKind.INHIBITION, {"id": "a", "source": MATCH, "target": [{"name": "a", "value": ""}]}, "target"),
        (RuleKind.WINDOW, {"id": "a", "matchers": [], "starts_at": "2026-01-01", "minutes": 1}, "matchers"),
        (RuleKind.WINDOW, {"id": "a", "matchers": MATCH, "starts_at": "soon", "minutes": 1}, "starts_at"),
        (RuleKind.WINDOW, {"id": "a", "matchers": MATCH, "starts_at": "2026-01-01T00:00Z", "minutes": 1},
         "starts_at"),
        (RuleKind.WINDOW, {"id": "a", "matchers": MATCH, "starts_at": "2026-01-01", "minutes": 1,
                           "time_zone": "Mars"}, "time_zone"),
        (RuleKind.WINDOW, {"id": "a", "matchers": MATCH, "starts_at": "2026-01-01", "minutes": 1,
                           "repeat": "FREQ=SECONDLY"}, "repeat"),
        (RuleKind.WINDOW, {"id": "a", "matchers": MATCH, "starts_at": "2026-01-01", "minutes": 1,
                           "repeat": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31"}, "repeat"),
        (RuleKind.WINDOW, {"id": "a", "matchers": MATCH, "starts_at": "2026-01-01", "minutes": 1441,
                           "repeat": "FREQ=DAILY"}, "minutes"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_path(kind: RuleKind, data: dict[str, object], path: str) -> None:
    with pytest.raises(ConfigError) as told:
        rule_from(kind, data)
    assert told.value.path == path


def test_a_rule_is_read_back_from_the_database_as_it_was_written() -> None:
    made = rule_from(RuleKind.ROUTE, {"id": "a", "receivers": ["user:ann"], "tags": ["x"], "priority": 3})
    assert rule_of(RuleKind.ROUTE, rule_json(made)) == made


def test_a_reason_fits_the_column_and_two_long_ids_stay_apart() -> None:
    long = "database-maintenance-of-the-european-cluster"
    first, second = mute_of(Mute.WINDOW, f"{long}-1"), mute_of(Mute.WINDOW, f"{long}-2")
    assert mute_of(Mute.RULE, "noise") == "rule:noise"
    assert len(first) == len(second) == 36
    assert first != second
