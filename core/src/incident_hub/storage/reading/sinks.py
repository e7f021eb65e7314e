"""How far behind the timeline event sinks are, and what keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from incident_hub.storage.tables import event, event_sink

__all__ = ["SinkRow", "sinks_by_plugin"]


@dataclass(frozen=True, slots=True)
class SinkRow:
    """One sink. `lag` is how many events it has not taken, at most; times are microseconds since 1970."""

    plugin: str
    lag: int
    waiting_since: int | None
    delivered_at: int | None
    failures: int
    error: str | None


def sinks_by_plugin(connection: Connection, plugins: Sequence[str]) -> dict[str, SinkRow]:
    """Those of the plugins that have a place in the timeline."""
    newest = int(connection.execute(select(func.max(event.c.cursor))).scalar() or 0)
    found = connection.execute(select(event_sink).where(event_sink.c.plugin.in_(plugins)))
    return {
        row.plugin: SinkRow(
            row.plugin,
            max(0, newest - row.cursor),
            _next_at(connection, row.cursor),
            row.delivered_at,
            row.failures,
            row.error,
        )
        for row in found.all()
    }


def _next_at(connection: Connection, cursor: int) -> int | None:
    """When the first event happened that it has not taken."""
    query = select(event.c.at).where(event.c.cursor > cursor).order_by(event.c.cursor).limit(1)
    return connection.execute(query).scalar()
