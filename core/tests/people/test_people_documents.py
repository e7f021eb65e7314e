"""Records from files: every error at once with its place; what is written is read back the same."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

from incident_hub.domain.people import Kind
from incident_hub.domain.times import to_micros
from incident_hub.lifecycle.errors import VersionConflictError
from incident_hub.response.people.documents import as_mapping, parse_documents, parse_record
from incident_hub.response.people.rotas import read_on_call, read_rota, read_turns
from incident_hub.response.people.writing import Outcome, apply_records
from incident_hub.storage.records import RecordRow

from .conftest import Crew, user, weekly

WHOLE = {
    "users": [user("ann", email="ann@example.com", quiet_hours={"windows": [{"start": "22:00", "end": "06:00"}]})],
    "teams": [{"id": "ops", "members": ["ann"], "contacts": {"slack": "#ops"}}],
    "services": [{"id": "chat", "owner_team": "ops", "tier": 1, "labels": {"env": "prod"}}],
    "schedules": [{"id": "primary", "layers": [weekly("ann"), {"name": "c", "calendar": True}]}],
}  # fmt: skip


def test_all_errors_are_told_with_their_places() -> None:
    layer = weekly("ann", rotation={"starts_on": "2026-13-01"})
    both = {"name": "c", "calendar": True, "people": ["ann"]}
    wrong = {
        "users": [
            {"id": "ann", "email": "ann"}, {"id": "a b"}, {"id": "x", "time_zone": "Mars"}, {"id": "y", "nick": 1},
            {"id": "z", "quiet_hours": {"windows": [{"start": "00:00", "end": "00:00"}]}}, {"id": "n", "name": "\0"},
        ],
        "teams": [{"id": "t", "members": ["a", "a"]}],
        "services": [{"id": "s", "depends_on": ["s"]}, {"id": "v"}, {"id": "v"}],
        "schedules": [{"id": "p", "layers": [layer]}, {"id": "q", "layers": [both]}, "text"],
        "user": [],
    }  # fmt: skip
    records, errors = parse_documents(wrong, "people")
    assert [one.path.removeprefix("people.") for one in errors] == [
        "user", "users[0].email", "users[1].id", "users[2].time_zone", "users[3].nick",
        "users[4].quiet_hours.windows",
        "users[5].name", "teams[0].members[1]", "services[0].depends_on", "services[2].id",
        "schedules[0].layers[0].rotation.starts_on", "schedules[1].layers[0].calendar", "schedules[2]",
    ]  # fmt: skip
    assert [(kind, one.id) for kind, one in records] == [(Kind.SERVICE, "v"), (Kind.SERVICE, "v")]
    assert "did you mean `users`" in str(errors[0])
    assert len(parse_documents(["users"]).errors) == 1


async def test_what_is_applied_twice_changes_nothing_and_is_told_once(crew: Crew) -> None:
    records, errors = parse_documents(WHOLE)
    assert errors == []
    for kind, record in records:
        assert parse_record(kind, as_mapping(record)) == record
    outcomes = []
    for _ in range(2):
        changed = await crew.database.write(lambda c: apply_records(c, records, "test", 1))
        outcomes.append({one.outcome for one in changed})
    assert outcomes == [{Outcome.CREATED}, {Outcome.UNCHANGED}]
    events = await crew.database.read(lambda c: c.exec_driver_sql("SELECT data FROM event").all())
    assert len(events) == 4
    assert "example.com" not in str(events)


async def test_who_was_on_call_stays_true_when_the_schedule_changes(crew: Crew) -> None:
    turns = [("ann", "bob"), ("cy",), ("cy", "dee")]
    changed = [datetime(2026, 4, day, 12, tzinfo=UTC) for day in (1, 7, 8)]
    for people, at in zip(turns, changed, strict=True):
        records, _ = parse_documents({"schedules": [{"id": "primary", "layers": [weekly(*people)]}]})
        await crew.database.write(partial(apply_records, records=records, actor="test", now=to_micros(at)))
    span = partial(read_rota, key="primary", start=changed[0] - timedelta(days=10), end=changed[2])
    rota = await crew.database.read(span)
    assert [(one.person, one.starts_at.day, one.ends_at.day) for one in rota.shifts] == [
        ("ann", 23, 30), ("bob", 30, 6), ("ann", 6, 7), ("cy", 7, 8),
    ]  # fmt: skip
    assert [(gap.starts_at, gap.ends_at.day) for gap in rota.gaps] == [(changed[0] - timedelta(days=10), 23)]
    was = await crew.database.read(partial(read_on_call, key="primary", at=changed[1] - timedelta(hours=9)))
    assert was is not None
    assert (was.shift and was.shift.person, was.ends_at) == ("ann", changed[1])
    (turn, *_) = await crew.database.read(partial(read_turns, key="primary", at=changed[2])) or ()
    assert turn == ("cy", "first")


async def test_of_those_who_write_one_id_at_once_each_is_kept_or_refused(crew: Crew) -> None:
    made = [parse_record(Kind.SCHEDULE, {"id": "one", "name": str(number)}) for number in range(8)]
    save = partial(crew.people.save, Kind.SCHEDULE, actor="test")
    rows = await asyncio.gather(*(save(record) for record in made))
    assert sorted(row.version for row in rows) == list(range(1, 9))
    new = [save(parse_record(Kind.SCHEDULE, {"id": "new"}), expected_version=0)]
    new += [save(parse_record(Kind.SCHEDULE, {"id": "new", "name": "x"}), expected_version=0)]
    first, second = await asyncio.gather(*new, return_exceptions=True)
    assert {type(first), type(second)} == {RecordRow, VersionConflictError}
