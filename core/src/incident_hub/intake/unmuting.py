"""Mutes that are not silences end here: an inhibition whose cause is over, a rule that suppresses no more."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, or_, select

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.rules import Mute, mute_of
from incident_hub.events.append import append_events
from incident_hub.intake.inhibiting import Inhibitor
from incident_hub.intake.releasing import release_jobs
from incident_hub.intake.rulebook import RuleBook, read_book
from incident_hub.storage.active import OPEN_STATES
from incident_hub.storage.bulk import update_rows
from incident_hub.storage.tables import incident
from incident_hub.work.queue import enqueue

__all__ = ["ACTOR", "any_muted", "unmute", "unmute_ended"]

ACTOR = "hub:silences"
_MOST = 500
_C = incident.c
_CHANGE = ("silenced_by", "updated_at", "version = version + ?")
_MUTED = (
    select(_C.id, _C.silenced_by, _C.severity)
    .where(
        or_(*(_C.silenced_by.like(f"{kind.value}:%") for kind in (Mute.INHIBITION, Mute.RULE))),
        _C.state.in_(OPEN_STATES), _C.merged_into.is_(None),
    )
    .order_by(_C.id)
)  # fmt: skip


def any_muted(connection: Connection) -> bool:
    """Whether there is anything to look at."""
    return connection.execute(_MUTED.limit(1)).first() is not None


def unmute_ended(connection: Connection, after: str, now: int) -> tuple[str | None, int]:
    """Look at some of the mute incidents; returns where to go on, None behind the last, and how many are heard."""
    rows = connection.execute(_MUTED.where(_C.id > after).limit(_MOST).with_for_update(key_share=True)).all()
    if not rows:
        return None, 0
    over = _over({row.id: row.silenced_by for row in rows}, connection, read_book(connection))
    unmute(connection, [(row.id, row.severity, row.silenced_by) for row in rows if row.id in over], now)
    return (rows[-1].id if len(rows) == _MOST else None), len(over)


def unmute(connection: Connection, rows: Sequence[tuple[str, str, str]], now: int) -> None:
    """These are heard again: rows of id, severity and what muted each. What was held back is routed."""
    if not rows:
        return
    jobs = release_jobs(connection, [(key, severity) for key, severity, _ in rows], now)
    update_rows(connection, incident, _CHANGE, [(None, now, 1, key) for key, _, _ in rows])
    append_events(
        connection,
        [
            NewEvent(key, EventType.SILENCED, now, ACTOR, {"before": mute, "after": None})
            for key, _, mute in rows
        ],
    )
    enqueue(connection, jobs, now)


def _over(muted: Mapping[str, str], connection: Connection, book: RuleBook) -> set[str]:
    suppressing = {mute_of(Mute.RULE, one.id) for one in book.routes if one.suppress}
    prefix = f"{Mute.INHIBITION.value}:"
    inhibited = [key for key, mute in muted.items() if mute.startswith(prefix)]
    inhibitor = Inhibitor(connection, book.inhibitions, inhibited)
    over = {key for key in inhibited if inhibitor.why(key) is None}
    return over | {
        key for key, mute in muted.items() if not mute.startswith(prefix) and mute not in suppressing
    }
