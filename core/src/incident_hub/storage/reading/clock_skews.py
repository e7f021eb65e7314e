"""Sources whose clock is ahead, as intake noticed them."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from incident_hub.domain.times import SECOND
from incident_hub.storage.tables import clock_skew

__all__ = ["ClockSkewRow", "clock_skews"]

_MOST = 1000
_LATEST = select(clock_skew).order_by(clock_skew.c.last_at.desc(), clock_skew.c.source).limit(_MOST)


@dataclass(frozen=True, slots=True)
class ClockSkewRow:
    """One source; times in microseconds."""

    source: str
    seconds: float
    noticed_at: int
    last_at: int


def clock_skews(connection: Connection) -> list[ClockSkewRow]:
    """The latest first, 1000 at most."""
    rows = connection.execute(_LATEST).all()
    return [ClockSkewRow(row.source, row.micros / SECOND, row.noticed_at, row.last_at) for row in rows]
