"""Calendars in and out: both changes of the clocks, hostile rules refused, feeds that a token opens."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from incident_hub.domain.jobs import Job
from incident_hub.lifecycle.errors import InvalidInputError
from incident_hub.response.people.calendars import CalendarError, check_calendar, occurrences
from incident_hub.response.people.refreshing import calendar_handler, want_calendars
from incident_hub.response.people.rotas import read_on_call, read_rota
from incident_hub.storage.overrides import calendars_of
from incident_hub.testing.running import RunningHub
from incident_hub_hookspecs.testing import Answer, RecordingHttp

from .conftest import Crew, user, weekly

Gql = Callable[..., Awaitable[dict[str, Any]]]
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
SECONDS = ",".join(map(str, range(60)))
WEEKLY = """DTSTART;TZID=Europe/Berlin:20260302T090000
DTEND;TZID=Europe/Berlin:20260309T090000
RRULE:FREQ=WEEKLY;INTERVAL=2"""


def event(uid: str, times: str, *more: str) -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", times, *more, "END:VEVENT"])


def calendar(*events: str) -> str:
    body = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", *events, "END:VCALENDAR"])
    return body.replace("\n", "\r\n") + "\r\n"


def once(who: str, start: str, end: str) -> str:
    return event(f"{who}-{start}", f"DTSTART:{start}\nDTEND:{end}", f"SUMMARY:{who}")


def test_turns_keep_their_hour_over_both_changes_of_the_clocks_and_leave_out_what_is_excepted() -> None:
    moved = event(
        "1", "DTSTART;TZID=Europe/Berlin:20260413T120000\nDTEND;TZID=Europe/Berlin:20260420T090000",
        "RECURRENCE-ID;TZID=Europe/Berlin:20260413T090000", "SUMMARY:bob",
    )  # fmt: skip
    text = calendar(event("1", WEEKLY, "SUMMARY:ann", "EXDATE;TZID=Europe/Berlin:20260316T090000"), moved)
    found = occurrences(text, BERLIN, NOW, datetime(2026, 11, 10, tzinfo=UTC))
    hours = {one.starts_at.astimezone(BERLIN).hour for one in found if one.names == ("ann",)}
    assert hours == {9}
    assert [(one.names[0], one.starts_at.isoformat()) for one in found[:3]] == [
        ("ann", "2026-03-02T08:00:00+00:00"),
        ("ann", "2026-03-30T07:00:00+00:00"),
        ("bob", "2026-04-13T10:00:00+00:00"),
    ]
    lengths = {one.starts_at.date().isoformat(): (one.ends_at - one.starts_at) for one in found}
    autumn = occurrences(
        calendar(event("2", WEEKLY.replace("0302", "0323").replace("0309", "0330"), "SUMMARY:cy")),
        BERLIN, NOW, datetime(2026, 11, 10, tzinfo=UTC),
    )  # fmt: skip
    over = {one.starts_at.date().isoformat(): one.ends_at - one.starts_at for one in autumn}
    assert lengths["2026-03-30"] == timedelta(days=7)
    assert over["2026-03-23"] == timedelta(days=7, hours=-1)
    assert over["2026-10-19"] == timedelta(days=7, hours=1)


def test_days_are_days_of_the_schedules_clock_and_attendees_count_before_the_summary() -> None:
    text = calendar(
        event("1", "DTSTART;VALUE=DATE:20260329\nDTEND;VALUE=DATE:20260330", "SUMMARY:ann, bob"),
        event("2", "DTSTART:20260330T000000\nDURATION:PT2H", "SUMMARY:x", "ATTENDEE;CN=Cy:mailto:cy@example.com"),
        event("3", "DTSTART:20260330T000000Z\nDURATION:PT2H", "SUMMARY:no", "STATUS:CANCELLED"),
    )  # fmt: skip
    first, second = occurrences(text, BERLIN, NOW, datetime(2026, 5, 1, tzinfo=UTC))
    assert (first.names, first.ends_at - first.starts_at) == (("ann", "bob"), timedelta(hours=23))
    assert (second.names, second.starts_at) == (("cy@example.com",), datetime(2026, 3, 29, 22, tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        "garbage",
        calendar("BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT"),
        calendar(event("1", "DTSTART:2026", "SUMMARY:x")),
        calendar(event("1", "DTSTART:20260101T000000Z", "RRULE:FREQ=SECONDLY", "SUMMARY:x")),
        calendar(event("1", "DTSTART:19700101T000000Z", "RRULE:FREQ=HOURLY", "SUMMARY:x")),
        calendar(event("1", "DTSTART:20200101T000000Z", f"RRULE:FREQ=DAILY;BYSECOND={SECONDS}")),
        calendar(*(event(str(n), "DTSTART:20200101T000000Z", "RRULE:FREQ=HOURLY") for n in range(20))),
        calendar(event("1", "DTSTART:20260101T000000Z", "RRULE:FREQ=FOO", "SUMMARY:x")),
        calendar(event("1", "DTSTART:20260101T000000Z", "RRULE:FREQ=DAILY;INTERVAL=x", "SUMMARY:x")),
        "BEGIN:VCALENDAR\r\n" + "X:" + "a" * 300_000,
    ],
)  # fmt: skip
def test_what_is_no_calendar_of_turns_is_refused_soon(text: str) -> None:
    begun = perf_counter()
    with pytest.raises(CalendarError):
        check_calendar(text, BERLIN, NOW)
    assert perf_counter() - begun < 2


async def test_a_calendar_becomes_a_layer_whose_overlaps_and_strangers_show(crew: Crew) -> None:
    await crew.have(
        users=[user("ann", email="ann@example.com"), user("bob", name="Bob Roe")],
        schedules=[{"id": "primary", "time_zone": "Europe/Berlin", "layers": [weekly("ann")]}],
    )
    text = calendar(
        once("Bob Roe", "20270324T080000Z", "20270325T080000Z"),
        once("ANN@example.com", "20270325T060000Z", "20270326T080000Z"),
    )
    bring = partial(crew.people.import_calendar, "primary", "from outside", text, "test")
    for _ in range(2):
        found = await bring(idempotency_key="k")
        assert (found.schedule, found.unknown) == ("primary", [])
    at = datetime(2027, 3, 25, 7, tzinfo=UTC)
    one = await crew.database.read(partial(read_on_call, key="primary", at=at))
    assert one is not None
    assert one.order == (("ann", "from outside"), ("bob", "from outside"))
    rota = await crew.database.read(partial(read_rota, key="primary", start=at, end=at + timedelta(days=1)))
    assert [(o.kept.person, o.hidden.person) for o in rota.overlaps] == [("ann", "bob")]
    with pytest.raises(InvalidInputError, match="has a rotation"):
        await crew.people.import_calendar("primary", "first", text, "test")
    with pytest.raises(InvalidInputError, match="no iCalendar"):
        await crew.people.import_calendar("primary", "x", "nonsense", "test")


async def test_a_calendar_read_anew_takes_the_place_of_its_overrides_to_come(crew: Crew) -> None:
    await crew.have(users=[user("ann")], schedules=[{"id": "primary", "layers": [weekly("ann")]}])
    ahead = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
    times = f"DTSTART:{ahead:%Y%m%dT%H%M%SZ}\nDURATION:PT2H"
    for who in ("bob", "cy"):
        text = calendar(event("1", times, f"SUMMARY:{who}"))
        found = await crew.people.import_calendar("primary", "holidays", text, "test", as_overrides=True)
        assert (found.turns, found.unknown) == (1, [who])
    rota = await crew.database.read(
        partial(read_rota, key="primary", start=ahead, end=ahead + timedelta(hours=2))
    )
    assert [shift.person for shift in rota.shifts] == ["cy"]
    assert rota.overlaps == []


async def test_a_calendar_at_a_url_is_read_again_and_one_that_fails_leaves_what_was_read(crew: Crew) -> None:
    url = "https://calendars.example.com/secret-token/oncall.ics"
    layer = {"name": "outside", "calendar_url": url}
    await crew.have(schedules=[{"id": "primary", "layers": [layer]}])
    services, http = crew.services, RecordingHttp()
    services.http = http
    for _ in range(2):
        await crew.database.write(partial(want_calendars, now=1_000_000_000, every_seconds=900))
    jobs = await crew.database.read(lambda c: c.exec_driver_sql("SELECT payload FROM job").all())
    assert len(jobs) == 1
    job = Job("j", "calendar", None, None, {"schedule": "primary", "layer": "outside"}, 1, 1)
    text = calendar(once("ann", "20260324T080000Z", "20260325T080000Z"))
    problems = []
    for answer in (Answer(200, text), Answer(500), Answer(200, "garbage"), Answer(200, b"\xff\xfe")):
        http.will(answer)
        done = await calendar_handler(services)(job)
        await crew.database.write(done.effects)
        (row,) = await crew.database.read(partial(calendars_of, schedule_id="primary"))
        assert row.text == text
        problems.append(row.error)
    assert problems[:2] == ["", "the server answered 500"]
    assert "no iCalendar" in problems[2]
    assert problems[3] == "the text is not UTF-8"
    assert http.sent[0].url == url


async def test_a_feed_shows_shifts_to_who_has_its_token_and_keeps_no_token(
    hub: RunningHub, gql: Gql, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await gql('mutation { saveUser(input: {id: "ann", name: "Ann, Chan\\nBEGIN:VEVENT"}) { __typename } }')
    made = """mutation { saveSchedule(input: {id: "primary", name: "Primary", layers: [{name: "l",
      people: ["ann", "bob"], rotation: {startsOn: "2026-01-05"}}]}) { __typename } }"""
    await gql(made)
    feed = """mutation($r: String!) { r: createCalendarFeed(receiver: $r) {
      ... on UserError { code } ... on NewCalendarFeedPayload { path feed { id } } } }"""
    paths = [(await gql(feed, r=one))["r"]["path"] for one in ("schedule:primary", "user:ann")]
    for code, receiver in (
        ("NOT_FOUND", "user:zoe"),
        ("VALIDATION_ERROR", "team:x"),
        ("VALIDATION_ERROR", "x"),
    ):
        assert (await gql(feed, r=receiver))["r"]["code"] == code
    everybody, own = [await hub.client.get(path) for path in paths]
    assert everybody.headers["content-type"].startswith("text/calendar")
    events = icalendar.Calendar.from_ical(everybody.content).walk("VEVENT")
    assert {str(one["SUMMARY"]) for one in events} == {"Ann, Chan BEGIN:VEVENT: Primary", "bob: Primary"}
    assert b"On call: Primary" in own.content
    assert b"bob" not in own.content
    again = await hub.client.get(paths[0], headers={"if-none-match": everybody.headers["etag"]})
    assert again.status_code == 304
    kept = '{ calendarFeeds(receiver: "schedule:primary") { id readAt } }'
    (row,) = (await gql(kept))["calendarFeeds"]
    assert row["readAt"] is not None
    token = paths[0].split("/")[-1].removesuffix(".ics")
    dump = await hub.hub.database.read(lambda c: str(c.exec_driver_sql("SELECT * FROM calendar_feed").all()))
    dump += await hub.hub.database.read(lambda c: str(c.exec_driver_sql("SELECT * FROM event").all()))
    said = "".join(
        one.getMessage() for one in caplog.records if one.name != "httpx"
    )  # that is this test's client
    assert token not in dump + said
    await gql("mutation($id: ID!) { closeCalendarFeed(id: $id) { __typename } }", id=row["id"])
    for path in (paths[0], "/calendars/x.ics", "/calendars/%00.ics"):
        assert (await hub.client.get(path)).status_code == 404
