"""Schedules: turns, hours, overrides, and both changes of the clocks."""
# ruff: noqa: DTZ001 - hypothesis wants bounds without a zone

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from incident_hub.domain.schedules import (
    CalendarLayer,
    Layer,
    Override,
    Restriction,
    Rotation,
    RotationKind,
    Schedule,
    ScheduleError,
    Shift,
    Span,
    Turn,
    gaps,
    in_order,
    on_call,
    overlaps,
    shifts,
)

BERLIN = ZoneInfo("Europe/Berlin")
WORKDAYS = frozenset(range(5))
MONDAY = date(2026, 3, 23)


def at(*when: int, zone: ZoneInfo = BERLIN, fold: int = 0) -> datetime:
    return datetime(*when, tzinfo=zone, fold=fold)  # type: ignore[arg-type,misc]


def daily(*people: str, handoff: time = time(9), zone: str = "Europe/Berlin", **more: object) -> Schedule:
    layer = Layer("first", people, Rotation(RotationKind.DAILY, MONDAY, handoff), **more)  # type: ignore[arg-type]
    return Schedule("s", zone, (layer,))


def who(schedule: Schedule, moment: datetime) -> str | None:
    found = on_call(schedule, moment)
    return found[0] if found else None


def test_daily_turns_change_at_the_handoff() -> None:
    schedule = daily("ann", "bob", "cy")
    assert who(schedule, at(2026, 3, 23, 8, 59)) is None
    assert who(schedule, at(2026, 3, 23, 9)) == "ann"
    assert who(schedule, at(2026, 3, 24, 8, 59)) == "ann"
    assert who(schedule, at(2026, 3, 24, 9)) == "bob"
    assert who(schedule, at(2026, 3, 26, 9)) == "ann"


def test_weekly_turns_of_two_weeks_change_on_their_own_day() -> None:
    rotation = Rotation(RotationKind.WEEKLY, date(2026, 1, 7), time(17), length=2)
    schedule = Schedule("s", "America/New_York", (Layer("l", ("ann", "bob"), rotation),))
    zone = ZoneInfo("America/New_York")
    assert who(schedule, at(2026, 1, 21, 16, 59, zone=zone)) == "ann"
    assert who(schedule, at(2026, 1, 21, 17, zone=zone)) == "bob"
    assert who(schedule, at(2026, 2, 4, 17, zone=zone)) == "ann"


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_handoff_keeps_its_hour_over_a_change_of_the_clocks(day: date) -> None:
    schedule = daily("ann", "bob")
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    found = shifts(
        schedule, at(before.year, before.month, before.day, 9), at(after.year, after.month, after.day, 9)
    )
    assert [(s.starts_at.astimezone(BERLIN).hour, s.ends_at.astimezone(BERLIN).hour) for s in found] == [
        (9, 9)
    ] * 2
    length = (found[0].ends_at - found[0].starts_at) / timedelta(hours=1)
    assert length == (23 if day.month == 3 else 25)


def test_a_handoff_in_the_hour_that_is_left_out_happens_once_at_the_jump() -> None:
    schedule = daily("ann", "bob", handoff=time(2, 30))
    found = shifts(schedule, at(2026, 3, 28, 12), at(2026, 3, 30, 12))
    assert [s.starts_at.astimezone(UTC) for s in found[1:]] == [
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2026, 3, 30, 0, 30, tzinfo=UTC),
    ]


def test_a_handoff_in_the_hour_that_comes_twice_happens_once() -> None:
    schedule = daily("ann", "bob", handoff=time(2, 30))
    first, second = at(2026, 10, 25, 2, 30), at(2026, 10, 25, 2, 15, fold=1)
    assert who(schedule, first) == who(schedule, second)
    found = shifts(schedule, at(2026, 10, 24, 12), at(2026, 10, 26, 12))
    assert len(found) == 3


def test_hours_past_midnight_belong_to_the_day_they_begin_on() -> None:
    nights = Restriction(frozenset({4}), time(22), time(6))
    schedule = daily("ann", restrictions=(nights,))
    assert who(schedule, at(2026, 3, 27, 23)) == "ann"
    assert who(schedule, at(2026, 3, 28, 5, 59)) == "ann"
    assert who(schedule, at(2026, 3, 28, 6)) is None
    assert who(schedule, at(2026, 3, 28, 23)) is None


def test_the_last_layer_that_holds_counts_and_an_override_before_all() -> None:
    days = Layer(
        "days",
        ("dee",),
        Rotation(RotationKind.DAILY, MONDAY, time(0)),
        (Restriction(WORKDAYS, time(9), time(17)),),
    )
    always = Layer("always", ("ann",), Rotation(RotationKind.DAILY, MONDAY, time(0)))
    one = Override("1", "bob", at(2026, 3, 24, 10), at(2026, 3, 24, 12))
    two = Override("2", "cy", at(2026, 3, 24, 11), at(2026, 3, 24, 13))
    schedule = Schedule("s", "Europe/Berlin", (always, days), (one, two))
    found = shifts(schedule, at(2026, 3, 24, 8), at(2026, 3, 24, 18))
    assert [(s.person, s.by, s.starts_at.astimezone(BERLIN).hour) for s in found] == [
        ("ann", "always", 8), ("dee", "days", 9), ("bob", "override:1", 10), ("cy", "override:2", 11),
        ("dee", "days", 13), ("ann", "always", 17),
    ]  # fmt: skip
    (both,) = overlaps(schedule)
    assert (both.kept.by, both.hidden.by) == ("override:2", "override:1")
    assert both.span == Span(at(2026, 3, 24, 11), at(2026, 3, 24, 12))


def test_gaps_are_found_and_joined() -> None:
    schedule = daily("ann", "bob", restrictions=(Restriction(WORKDAYS, time(9), time(17)),))
    found = gaps(schedule, at(2026, 3, 27, 12), at(2026, 3, 30, 12))
    assert found == [Span(at(2026, 3, 27, 17), at(2026, 3, 30, 9))]


def test_a_layer_ends_when_it_is_told_to() -> None:
    schedule = daily("ann", ends_at=at(2026, 3, 25, 12))
    assert shifts(schedule, at(2026, 3, 25, 9), at(2026, 3, 26, 9)) == [
        Shift("ann", "first", at(2026, 3, 25, 9), at(2026, 3, 25, 12))
    ]


def test_layers_with_their_own_time_zones_follow_the_sun_over_a_change_of_one_clock() -> None:
    office, start = Restriction(frozenset(range(7)), time(9), time(21)), Rotation(RotationKind.DAILY, MONDAY)
    west = Layer("west", ("wes",), start, (office,), time_zone="America/New_York")
    east = Layer("east", ("eva",), start, (office,), time_zone="Europe/Berlin")
    schedule = Schedule("s", "UTC", (west, east))
    before, after = (
        datetime(2026, 3, day, 7, 30, tzinfo=UTC) for day in (28, 29)
    )  # Berlin changes on the 29th
    assert (who(schedule, before), who(schedule, after)) == (None, "eva")
    assert who(schedule, datetime(2026, 3, 29, 20, tzinfo=UTC)) == "wes"
    assert [one.person for one in shifts(schedule, after, after + timedelta(days=1))] == ["eva", "wes", "eva"]


def test_who_stands_in_comes_in_the_order_of_overrides_layers_and_turns() -> None:
    always = Layer("always", ("ann", "bob"), Rotation(RotationKind.DAILY, MONDAY))
    outside = CalendarLayer("outside", (
        Turn("eve", at(2026, 3, 24, 8), at(2026, 3, 24, 20)), Turn("fay", at(2026, 3, 24, 9), at(2026, 3, 24, 20)),
    ))  # fmt: skip
    one = Override("1", "cy", at(2026, 3, 24, 10), at(2026, 3, 24, 12))
    schedule = Schedule("s", "Europe/Berlin", (always, outside), (one,))
    assert in_order(schedule, at(2026, 3, 24, 11)) == [
        ("cy", "override:1"), ("fay", "outside"), ("bob", "always"), ("eve", "outside"), ("ann", "always"),
    ]  # fmt: skip
    assert [(o.kept.person, o.hidden.person) for o in overlaps(schedule)] == [("fay", "eve")]
    assert in_order(schedule, at(2026, 3, 22, 11)) == []


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: daily("ann", zone="Mars/Olympus"), "time_zone"),
        (daily, "layer.people"),
        (lambda: Rotation(RotationKind.HOURLY, MONDAY, length=0), "rotation.length"),
        (lambda: Restriction(frozenset({7}), time(0), time(0)), "restriction.weekdays"),
        (lambda: Override("1", "a", at(2026, 1, 2), at(2026, 1, 1)), "override.ends_at"),
        (lambda: daily("ann", time_zone="Mars"), "layer.time_zone"),
        (lambda: Turn("a", at(2026, 1, 2), at(2026, 1, 2)), "turn.ends_at"),
        (lambda: shifts(daily("ann"), at(2026, 1, 1), at(2028, 1, 1)), "end"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(make: object, path: str) -> None:
    with pytest.raises(ScheduleError) as refused:
        make()  # type: ignore[operator]
    assert refused.value.path == path


ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
]
HOURS = st.times().map(lambda t: t.replace(second=0, microsecond=0))
RESTRICTIONS = st.builds(Restriction, st.frozensets(st.integers(0, 6), min_size=1), HOURS, HOURS)
LAYERS = st.builds(
    Layer,
    st.just("l"),
    st.lists(st.sampled_from("abcd"), min_size=1, max_size=4).map(tuple),
    st.builds(
        Rotation, st.sampled_from(RotationKind), st.dates(date(2025, 1, 1), date(2025, 12, 31)), HOURS,
        st.integers(1, 30),
    ),
    st.lists(RESTRICTIONS, max_size=2).map(tuple),
    time_zone=st.sampled_from(["", *ZONES]),
)  # fmt: skip


@given(
    zone=st.sampled_from(ZONES),
    layers=st.lists(LAYERS, min_size=1, max_size=3).map(tuple),
    start=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),
    share=st.floats(0, 1, exclude_max=True),
)
def test_shifts_and_gaps_cover_a_span_and_agree_with_each_moment(
    zone: str, layers: tuple[Layer, ...], start: datetime, share: float
) -> None:
    schedule, end = Schedule("s", zone, layers), start + timedelta(days=5)
    found = shifts(schedule, start, end)
    pieces = sorted(
        [(s.starts_at, s.ends_at) for s in found]
        + [(g.starts_at, g.ends_at) for g in gaps(schedule, start, end)]
    )
    assert [edge for piece in pieces for edge in piece][1:-1:2] == [piece[0] for piece in pieces[1:]]
    assert (pieces[0][0], pieces[-1][1]) == (start, end)
    moment = min(start + share * (end - start), end - timedelta(microseconds=1))
    holder = next(((s.person, s.by) for s in found if s.starts_at <= moment < s.ends_at), None)
    assert on_call(schedule, moment) == holder
