"""Figures over all incidents: how many, and how quick we were."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Select, func, select

from incident_hub.domain.times import SECOND
from incident_hub.storage.reading.filters import ACTIVE_STATES
from incident_hub.storage.tables import alert, incident

__all__ = ["Figures", "Spread", "incident_figures", "time_to"]


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts; `noise_reduction` is the part of alerts that made no incident of their own."""

    total: int
    active: int
    by_severity: dict[str, int]
    by_state: dict[str, int]
    by_type: dict[str, int]
    alerts: int

    @property
    def noise_reduction(self) -> float:
        """0 to 1."""
        return max(0.0, 1 - self.total / self.alerts) if self.alerts else 0.0


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean, median and 95th percentile in seconds over `count` incidents; None without any."""

    count: int
    mean: float | None = None
    p50: float | None = None
    p95: float | None = None


def incident_figures(connection: Connection) -> Figures:
    """Counts over everything, in two statements."""
    c = incident.c
    rows = connection.execute(
        select(c.severity, c.state, c.type, func.count().label("n")).group_by(c.severity, c.state, c.type)
    ).all()
    found: list[dict[str, int]] = [{}, {}, {}]
    for *names, number in rows:
        for counts, name in zip(found, names, strict=True):
            counts[name] = counts.get(name, 0) + number
    return Figures(
        total=sum(row.n for row in rows),
        active=sum(row.n for row in rows if row.state in ACTIVE_STATES),
        by_severity=found[0],
        by_state=found[1],
        by_type=found[2],
        alerts=connection.execute(select(func.count()).select_from(alert)).scalar_one(),
    )


def time_to(connection: Connection, column: str, start: int | None, end: int | None) -> Spread:
    """How long incidents created in [start, end) took to the moment in `column`; sorted by the database."""
    moment: Column[int] = incident.c[column]
    taken = (moment - incident.c.created_at).label("taken")
    query: Select[Any] = select(taken).where(moment.is_not(None), moment >= incident.c.created_at)
    if start is not None:
        query = query.where(incident.c.created_at >= start)
    if end is not None:
        query = query.where(incident.c.created_at < end)
    count, mean = connection.execute(select(func.count(), func.avg(query.subquery().c.taken))).one()
    if not count:
        return Spread(0)
    p50, p95 = (_at(connection, query.order_by(taken), int((count - 1) * part)) for part in (0.5, 0.95))
    return Spread(count, float(mean) / SECOND, p50, p95)


def _at(connection: Connection, ordered: Select[Any], position: int) -> float:
    value: int = connection.execute(ordered.offset(position).limit(1)).scalar_one()
    return value / SECOND
