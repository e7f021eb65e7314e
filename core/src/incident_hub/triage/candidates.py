"""Which incidents a new one is compared with: the latest of its own bucket, then a few others.

One query a batch reads the newest incidents of the time window, ids only; the chosen ones are read in
a second. Within the batch an incident is compared with earlier ones, so each pair is seen once.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from incident_hub_hookspecs import Incident
from sqlalchemy import Connection

from incident_hub.domain.times import SECOND, to_micros
from incident_hub.storage.bulk import select_whole
from incident_hub.triage.batch import Batch, load_views

__all__ = ["candidates_of"]

PER_INCIDENT = 20
OTHERS = 5
WINDOW_ROWS = (500, 2000)  # of the window, the newest: eight for each of the batch within these bounds
SLACK = SECOND // 10  # who was created a little later may have been committed first
_WINDOW = (
    "FROM incident WHERE created_at >= ? AND created_at <= ? AND merged_into IS NULL "
    "ORDER BY created_at DESC, id DESC LIMIT ?"
)
_Mark = tuple[int, str]


class _Recent:
    """Ids by bucket in the order of their creation, newest last, the oldest forgotten."""

    def __init__(self) -> None:
        self._buckets: dict[str, deque[_Mark]] = {}
        self._all: deque[_Mark] = deque(maxlen=PER_INCIDENT + OTHERS)

    def add(self, key: str, mark: _Mark) -> None:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = deque(maxlen=PER_INCIDENT)
        bucket.append(mark)
        self._all.append(mark)

    def pick(self, key: str, since: int) -> list[str]:
        chosen = [key for at, key in reversed(self._buckets.get(key, ())) if at >= since]
        room = min(OTHERS, PER_INCIDENT - len(chosen))
        if room > 0:
            taken = set(chosen)
            others = (key for at, key in reversed(self._all) if at >= since and key not in taken)
            chosen.extend(islice(others, room))
        return chosen


def candidates_of(
    connection: Connection, batch: Batch, incidents: Sequence[Incident], window: int
) -> list[list[Incident]]:
    """For each incident at most 20 of the time window, in the same order; `window` in microseconds."""
    if not incidents:
        return []
    times = [to_micros(one.created_at) for one in incidents]
    least, most = WINDOW_ROWS
    limit = min(most, max(least, 8 * len(incidents)))
    bounds = (min(times) - window, max(times) + SLACK, limit)
    known = {one.id: one for one in incidents}
    rows = select_whole(connection, ("created_at", "id", "correlation_key"), _WINDOW, bounds)
    older = iter(sorted((at, key, bucket or "") for at, key, bucket in rows if key not in known))
    picked = _pick(incidents, times, batch.keys, older, window)
    wanted = {key for ids in picked for key in ids} - known.keys()
    views: Mapping[str, Incident] = known | load_views(connection, sorted(wanted))
    return [[views[key] for key in ids if key in views] for ids in picked]


def _pick(
    incidents: Sequence[Incident],
    times: Sequence[int],
    keys: Mapping[str, str],
    older: Iterator[tuple[int, str, str]],
    window: int,
) -> list[list[str]]:
    recent = _Recent()
    following = next(older, None)
    picked: list[list[str]] = []
    for one, at in zip(incidents, times, strict=True):
        while following is not None and following[0] <= at + SLACK:
            recent.add(following[2], (following[0], following[1]))
            following = next(older, None)
        picked.append(recent.pick(keys[one.id], at - window))
        recent.add(keys[one.id], (at, one.id))
    return picked
