"""Overrides: somebody else is on call for a while. What was so stays so: the past is not written anew."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from incident_hub.domain.ids import new_id
from incident_hub.domain.people import Kind
from incident_hub.domain.schedules import LONGEST
from incident_hub.domain.times import to_micros
from incident_hub.lifecycle.errors import InvalidInputError, RecordNotFoundError
from incident_hub.lifecycle.inputs import clean_text, plain_text
from incident_hub.response.people.rotas import check_span
from incident_hub.response.people.writing import tell
from incident_hub.storage.overrides import (
    OverrideRow,
    delete_override,
    end_override,
    find_override,
    insert_overrides,
)
from incident_hub.storage.records import find_record

__all__ = ["OverrideDraft", "add_override", "end_now"]


@dataclass(frozen=True, slots=True)
class OverrideDraft:
    """Who is on call in place of whom the layers say, from when to when."""

    schedule: str
    person: str
    starts_at: datetime
    ends_at: datetime
    reason: str = ""


def add_override(connection: Connection, draft: OverrideDraft, actor: str, now: int) -> OverrideRow:
    """Write it; raises `InvalidInputError` and `RecordNotFoundError`."""
    if find_record(connection, Kind.SCHEDULE, draft.schedule) is None:
        raise RecordNotFoundError(f"there is no schedule {draft.schedule}")
    row = _row(draft, actor, now)
    insert_overrides(connection, [row])
    told = {"override": row.id, "person": row.person, "from": row.starts_at, "to": row.ends_at}
    tell(connection, Kind.SCHEDULE, row.schedule_id, "override_added", actor, now, **told)
    return row


def end_now(connection: Connection, override_id: str, actor: str, now: int) -> OverrideRow:
    """Take it back if it has not begun, end it now if it has; one that is over stays as it is."""
    row = find_override(connection, override_id)
    if row is None:
        raise RecordNotFoundError(f"there is no override {override_id}")
    if row.ends_at <= now:
        raise InvalidInputError("id", "the override is over: what was so stays so")
    if row.starts_at >= now:
        delete_override(connection, override_id)
    else:
        row = row._replace(ends_at=now)
        end_override(connection, override_id, now)
    told = {"override": row.id, "person": row.person, "from": row.starts_at, "to": row.ends_at}
    tell(connection, Kind.SCHEDULE, row.schedule_id, "override_ended", actor, now, **told)
    return row


def _row(draft: OverrideDraft, actor: str, now: int) -> OverrideRow:
    plain_text("person", draft.person, 128, required=True)
    if draft.ends_at <= draft.starts_at:
        raise InvalidInputError("ends_at", "must be after its start")
    if draft.ends_at - draft.starts_at > LONGEST:
        raise InvalidInputError("ends_at", f"an override has {LONGEST.days} days at most")
    check_span(draft.starts_at, draft.ends_at)
    starts, ends = to_micros(draft.starts_at), to_micros(draft.ends_at)
    if ends <= now:
        raise InvalidInputError("ends_at", "must be in the future: what was so stays so")
    reason = clean_text("reason", draft.reason, 1000)
    return OverrideRow(new_id(now), draft.schedule, draft.person.strip(), starts, ends, reason, actor)
