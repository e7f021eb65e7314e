"""Which incidents a new one is compared with, read for a whole batch.

Near is by when things happened, not by when they came: a late alert is compared with what burned then.
Those of the batch that began at about one time share two reads through the index on `first_seen`, marks
only; the chosen ones are read in one more.
"""

from collections.abc import Iterator, Sequence

from incident_hub_hookspecs import Incident
from incident_hub_hookspecs.event_time import burned_last
from sqlalchemy import Connection

from incident_hub.domain.times import SECOND, to_micros
from incident_hub.storage.bulk import select_whole
from incident_hub.triage.batch import Batch, load_views
from incident_hub.triage.nearby import Mark, nearby

__all__ = ["candidates_of"]

ROWS = (500, 2000)  # of one time, the nearest: eight for each of the batch within these bounds
REACH = 12  # windows: what began so long before is looked at, for it may burn still
TOGETHER = 10  # parts of a window: who began no further apart than one of them shares a read
SLACK = SECOND // 10  # who was created a little later may have been committed first
_COLUMNS = ("id", "correlation_key", "first_seen", "last_seen", "resolved_at", "created_at")
_WINDOW = (
    "FROM incident WHERE first_seen >= ? AND first_seen <= ? AND created_at <= ? AND merged_into IS NULL "
)
_BEFORE = _WINDOW + "ORDER BY first_seen DESC LIMIT ?"
_AFTER = _WINDOW + "ORDER BY first_seen LIMIT ?"


def candidates_of(
    connection: Connection, batch: Batch, incidents: Sequence[Incident], window: int
) -> list[list[Incident]]:
    """For each incident at most 20 that burned within the window around it, in the same order.

    `window` is in microseconds. An incident is compared with those that came before it, so each pair is
    seen once.
    """
    marks = sorted((_mark(one, batch.keys[one.id]) for one in incidents), key=_begun)
    known = {one.id: one for one in incidents}
    rows: dict[str, Mark] = {}
    for part in _parts(marks, window // TOGETHER):
        rows.update((row.id, row) for row in _rows(connection, part, window) if row.id not in known)
    picked = nearby(marks, sorted(rows.values(), key=_begun), window, SLACK)
    wanted = {key for ids in picked.values() for key in ids} - known.keys()
    views = known | load_views(connection, sorted(wanted))
    return [[views[key] for key in picked[one.id] if key in views] for one in incidents]


def _begun(mark: Mark) -> tuple[int, str]:
    return mark.first, mark.id


def _parts(marks: Sequence[Mark], gap: int) -> Iterator[list[Mark]]:
    part: list[Mark] = []
    for one in marks:
        if part and one.first - part[-1].first > gap:
            yield part
            part = []
        part.append(one)
    if part:
        yield part


def _rows(connection: Connection, marks: Sequence[Mark], window: int) -> list[Mark]:
    """The nearest that began before the last of these, and the nearest that began after it."""
    least, most = ROWS
    limit = min(most, max(least, 8 * len(marks)))
    came = max(one.created for one in marks) + SLACK
    first, last = marks[0].first, marks[-1].first
    found = select_whole(connection, _COLUMNS, _BEFORE, (first - REACH * window, last, came, limit))
    # what began later and came before is there only when these came late
    end = min(last + window, came)
    if end > last + SLACK:
        found = [*found, *select_whole(connection, _COLUMNS, _AFTER, (last + 1, end, came, limit))]
    return [
        Mark(key, bucket or "", began, seen if ended is None else min(seen, ended), created)
        for key, bucket, began, seen, ended, created in found
    ]


def _mark(one: Incident, bucket: str) -> Mark:
    last = to_micros(burned_last(one))
    return Mark(one.id, bucket, to_micros(one.first_seen), last, to_micros(one.created_at))
