"""The tables of people. `body` is the record as JSON: what a file, GraphQL and the rules read alike."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text, text

from incident_hub.storage.tables import metadata

__all__ = [
    "calendar_feed",
    "oncall_schedule",
    "oncall_schedule_version",
    "person",
    "schedule_calendar",
    "schedule_override",
    "service",
    "team",
]

_KEY = String(128)  # people choose these ids: they stand in receivers and in files


def _records(name: str, *more: Column[str]) -> Table:
    return Table(
        name,
        metadata,
        Column("id", _KEY, primary_key=True),
        *more,
        Column("body", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("updated_at", BigInteger, nullable=False),
        Column("updated_by", String(255), nullable=False),
    )


person = _records("person", Column("email", String(320), nullable=False))  # in lower case; empty: none
_WITH_EMAIL = text("email <> ''")
Index("ix_person_email", person.c.email, sqlite_where=_WITH_EMAIL, postgresql_where=_WITH_EMAIL)
team = _records("team")
service = _records("service")
oncall_schedule = _records("oncall_schedule")

oncall_schedule_version = Table(  # who was on call last Tuesday stays true when the schedule changes
    "oncall_schedule_version",
    metadata,
    Column("schedule_id", _KEY, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)

schedule_override = Table(
    "schedule_override",
    metadata,
    Column("id", String(36), primary_key=True),  # in order of time: the latest made counts
    Column("schedule_id", _KEY, nullable=False),
    Column("person", _KEY, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_by", String(255), nullable=False),
    Column("calendar", String(100), nullable=False, server_default=""),  # the import that brought it
)
Index("ix_schedule_override_schedule", schedule_override.c.schedule_id, schedule_override.c.ends_at)

schedule_calendar = Table(
    "schedule_calendar",
    metadata,
    Column("schedule_id", _KEY, primary_key=True),
    Column("layer", String(100), primary_key=True),
    Column("url", Text, nullable=False),  # what was read came from there; empty: a person brought it
    Column("text", Text, nullable=False),  # iCalendar, as it came
    Column("read_at", BigInteger, nullable=False),
    Column("error", Text, nullable=False),  # why the last reading failed; empty when it did not
)

calendar_feed = Table(
    "calendar_feed",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("token_hash", LargeBinary(32), nullable=False),
    Column("receiver", String(160), nullable=False),  # `user:ann` or `schedule:primary`
    Column("created_by", String(255), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("read_at", BigInteger),
)
Index("uq_calendar_feed_token", calendar_feed.c.token_hash, unique=True)
Index("ix_calendar_feed_receiver", calendar_feed.c.receiver)
