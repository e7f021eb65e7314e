"""Senders whose clock is ahead: noticed once each, and kept to be shown.

Only a clock that is ahead can be told from alerts that are late. What it says of the future counts as now.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.times import SECOND
from incident_hub.intake.prepare import PreparedAlert
from incident_hub.storage.bulk import execute_many, select_in

__all__ = ["notice_skew"]

_AGAIN = 24 * 3600 * SECOND  # a source that was right for so long is told of anew
_SELDOM = 60 * SECOND  # the row of a source that stays wrong is written so often
_KNOWN = "SELECT source, last_at FROM clock_skew WHERE source {keys}"
_PUT = (
    "INSERT INTO clock_skew (source, micros, noticed_at, last_at) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (source) DO UPDATE SET micros = excluded.micros, last_at = excluded.last_at"
)


def notice_skew(
    connection: Connection, alerts: Iterable[PreparedAlert], limit: int, now: int
) -> list[NewEvent]:
    """Keep what is ahead by more than `limit`; an event for each source that was not known for it.

    Times in microseconds. Two processes may both notice a source for the first time.
    """
    late = now + limit
    ahead = [one for one in alerts if one.starts_at is not None and one.starts_at > late]
    return _notice(connection, ahead, now) if ahead else []


def _notice(connection: Connection, ahead: Sequence[PreparedAlert], now: int) -> list[NewEvent]:
    skew: dict[str, int] = {}
    for one in ahead:
        skew[one.source] = max(skew.get(one.source, 0), (one.starts_at or now) - now)
    last = dict(select_in(connection, _KNOWN, sorted(skew)))
    rows = [
        (source, micros, now, now)
        for source, micros in sorted(skew.items())
        if now - last.get(source, 0) > _SELDOM
    ]
    execute_many(connection, _PUT, rows)
    return [
        NewEvent(
            None, EventType.CLOCK_SKEW_NOTICED, now, f"source:{source}"[:255],
            {"source": source, "seconds": micros / SECOND},
        )
        for source, micros, *_ in rows
        if now - last.get(source, 0) > _AGAIN
    ]  # fmt: skip
