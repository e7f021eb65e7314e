"""What the real database holds: alerts in the order in which they came, and silences. It is only read."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, select

from incident_hub.domain.ids import lowest_id
from incident_hub.domain.times import SECOND
from incident_hub.intake.prepare import PreparedAlert
from incident_hub.simulation.restored import restored
from incident_hub.storage.database import Database
from incident_hub.storage.tables import alert, incident, silence
from incident_hub.storage.tables_rules import rule

__all__ = ["Span", "StoredAlert", "alerts_in", "count_alerts", "rules_in_use", "silences_of"]

_BATCH = 500
_MOST_SILENCES = 10_000
_AHEAD = 86_400 * SECOND  # ids never fall behind, so in a burst they run ahead of their time
_COLUMNS = (
    "id",
    "incident_id",
    "fingerprint",
    "status",
    "severity",
    "received_at",
    "starts_at",
    "ends_at",
    "body",
)
_ALERTS = (
    select(*(alert.c[name] for name in _COLUMNS), incident.c.stateful)
    .select_from(alert.outerjoin(incident, incident.c.id == alert.c.incident_id))
    .order_by(alert.c.id)
    .limit(_BATCH)
)


class Span(NamedTuple):
    """From a moment up to another, that one not included; microseconds."""

    since: int
    until: int


class StoredAlert(NamedTuple):
    """One stored alert; `prepared` is None when it cannot be read."""

    id: str
    incident_id: str | None
    received_at: int
    prepared: PreparedAlert | None


def count_alerts(connection: Connection, span: Span) -> int:
    """How many alerts came in that time."""
    query = select(func.count()).select_from(alert).where(_within(span, lowest_id(span.since)))
    return int(connection.execute(query).scalar_one())


async def alerts_in(database: Database, span: Span) -> AsyncIterator[list[StoredAlert]]:
    """Those alerts, some hundreds at a time."""
    after = lowest_id(span.since)
    while rows := await database.read(partial(_batch, span=span, after=after)):
        yield [StoredAlert(row.id, row.incident_id, row.received_at, restored(row)) for row in rows]
        after = rows[-1].id


def silences_of(connection: Connection, span: Span) -> list[RowMapping]:
    """The silences that were in force at some time of the span, as they stand now."""
    query = select(silence).where(silence.c.ends_at > span.since, silence.c.starts_at < span.until)
    return list(connection.execute(query.limit(_MOST_SILENCES)).mappings())


def rules_in_use(connection: Connection) -> list[RowMapping]:
    """The routes, windows and inhibitions, as they stand now."""
    return list(connection.execute(select(rule)).mappings())


def _batch(connection: Connection, span: Span, after: str) -> Sequence[Any]:
    return connection.execute(_ALERTS.where(_within(span, after))).all()


def _within(span: Span, after: str) -> ColumnElement[bool]:
    """By the primary key, whose first part is the time; then exactly."""
    return and_(
        alert.c.id > after,
        alert.c.id < lowest_id(span.until + _AHEAD),
        alert.c.received_at >= span.since,
        alert.c.received_at < span.until,
    )
