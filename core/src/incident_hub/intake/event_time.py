"""When it happened, beside when it came: alerts that are late, and problems that were over before they came.

A problem's own times are compared with each other, so that a sender's wrong clock cancels out.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from incident_hub.domain.times import SECOND
from incident_hub.intake.prepare import PreparedAlert
from incident_hub.storage.bulk import select_in

__all__ = ["began_at", "ends_now", "has_recovered", "is_late", "reported_ends"]

_TOLERANCE = 120 * SECOND  # between the sender's clock and ours
_EARLIEST = 1_420_070_400 * SECOND  # 2015: clocks that were never set begin in 1970, 1980 or 2000
_ENDS = (
    "SELECT fingerprint, max(coalesce(ends_at, received_at)) FROM alert "
    "WHERE fingerprint {keys} AND incident_id IS NULL GROUP BY fingerprint"
)


def began_at(alert: PreparedAlert, now: int) -> int:
    """When the problem began, by its source as far as that can be: not in the future, not in another age.

    One that is over and does not say when it began, began when it ended.
    """
    starts = alert.starts_at
    if starts is not None:
        return starts if _EARLIEST <= starts <= now else now
    return ends if (ends := alert.ends_at) is not None and _EARLIEST <= ends <= now else now


def has_recovered(alert: PreparedAlert, ended: int | None, now: int) -> int | None:
    """When the problem of a firing alert ended, if it has: it says so itself, or its end came before it."""
    ends = alert.ends_at
    if ends is not None and ends <= now and (alert.starts_at is None or ends >= alert.starts_at):
        return ends
    if ended is not None and is_late(alert, ended, of_source=True):
        return min(ended, now)
    return None


def is_late(alert: PreparedAlert, ended: int | None, *, of_source: bool) -> bool:
    """Whether a firing alert belongs before an end that its source reported; a person's word ends no alert."""
    return of_source and ended is not None and alert.starts_at is not None and alert.starts_at <= ended


def ends_now(over: int, last_seen: int) -> bool:
    """Whether this end is the newest word: no alert kept the incident firing well after it."""
    return over >= last_seen - _TOLERANCE


def reported_ends(connection: Connection, by_key: Mapping[str, Sequence[PreparedAlert]]) -> dict[str, int]:
    """The ends that came before any incident, for those of the fingerprints that may be late.

    One question for all of them, and none where no source reports ends; its index holds such ends only.
    """
    keys = [
        key
        for key, alerts in by_key.items()
        if any(one.firing and one.stateful and one.starts_at is not None for one in alerts)
    ]
    return dict(select_in(connection, _ENDS, keys)) if keys else {}
