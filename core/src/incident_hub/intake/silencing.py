"""Making, changing and ending silences, as Alertmanager does it; each is an event on the timeline."""

from dataclasses import replace

import orjson
from sqlalchemy import Connection

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.ids import new_id
from incident_hub.domain.redaction import redact
from incident_hub.domain.times import SECOND
from incident_hub.events.append import append_events
from incident_hub.intake.silence_draft import InvalidSilenceError, SilenceDraft, check_draft, matchers_json
from incident_hub.storage.silences import (
    SilenceRow,
    count_open,
    insert_silence,
    prune_silences,
    silence_by_id,
    update_silence,
)

__all__ = ["KEPT", "MOST_OPEN", "UnknownSilenceError", "expire_silence", "note_silence", "put_silence"]

MOST_OPEN = 1000  # every alert is held against every silence in force
KEPT = 5 * 86_400 * SECOND  # how long an ended one is listed
_MILLISECOND = 1000  # as precise as the API that names them


class UnknownSilenceError(LookupError):
    """No silence has this id."""


def put_silence(connection: Connection, draft: SilenceDraft, silence_id: str, now: int) -> str:
    """Write the silence and return its id, a new one unless the named one can still become the draft."""
    now -= now % _MILLISECOND
    check_draft(draft, now)
    old = _existing(connection, silence_id)
    if old is not None:
        if _can_become(old, draft, now):
            changed = _row(draft, old.id, now)
            update_silence(connection, changed)
            note_silence(connection, draft.created_by, old, changed, now)
            return old.id
        _end(connection, old, draft.created_by, now)
    return _open(connection, replace(draft, starts_at=max(draft.starts_at, now)), now)


def expire_silence(connection: Connection, silence_id: str, actor: str, now: int) -> None:
    """End the silence now; one that has ended stays as it is."""
    old = _existing(connection, silence_id)
    if old is None:
        raise UnknownSilenceError(silence_id)
    _end(connection, old, actor, now - now % _MILLISECOND)


def _existing(connection: Connection, silence_id: str) -> SilenceRow | None:
    if not silence_id:
        return None
    found = silence_by_id(connection, silence_id, lock=True)
    if found is None:
        raise UnknownSilenceError(silence_id)
    return found


def _can_become(old: SilenceRow, draft: SilenceDraft, now: int) -> bool:
    if old.matchers != matchers_json(draft.matchers):
        return False
    match old.state(now):
        case "active":
            return draft.starts_at == old.starts_at
        case "pending":
            return draft.starts_at >= now
        case _:
            return False


def _open(connection: Connection, draft: SilenceDraft, now: int) -> str:
    prune_silences(connection, now - KEPT)
    if count_open(connection, now) >= MOST_OPEN:
        raise InvalidSilenceError(f"there are {MOST_OPEN} silences already; expire some first")
    row = _row(draft, new_id(now), now)
    insert_silence(connection, row)
    note_silence(connection, draft.created_by, None, row, now)
    return row.id


def _end(connection: Connection, old: SilenceRow, actor: str, now: int) -> None:
    if old.state(now) == "expired":
        return
    ended = old._replace(starts_at=min(old.starts_at, now), ends_at=now, updated_at=now)
    update_silence(connection, ended)
    note_silence(connection, actor, old, ended, now)


def _row(draft: SilenceDraft, silence_id: str, now: int) -> SilenceRow:
    return SilenceRow(
        silence_id,
        matchers_json(draft.matchers),
        draft.starts_at,
        draft.ends_at,
        redact(draft.created_by),
        redact(draft.comment),
        now,
    )


def note_silence(
    connection: Connection, actor: str, old: SilenceRow | None, new: SilenceRow, now: int
) -> None:
    data = {"silence": new.id, "before": _told(old, now) if old else None, "after": _told(new, now)}
    who = redact(actor) or "anonymous"
    append_events(connection, [NewEvent(None, EventType.SILENCE_CHANGED, now, who, data)])


def _told(row: SilenceRow, now: int) -> dict[str, object]:
    return {
        "state": row.state(now),
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "comment": row.comment,
        "matchers": orjson.loads(redact(row.matchers)),
    }
