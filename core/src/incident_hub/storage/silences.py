"""Silences as rows."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from incident_hub.storage.reading.keyset import Page, PageRequest, keyset, page_of
from incident_hub.storage.tables import silence

__all__ = [
    "SilenceRow",
    "count_open",
    "count_silences",
    "insert_silence",
    "latest_change",
    "list_silences",
    "prune_silences",
    "silence_by_id",
    "silence_page",
    "update_silence",
]


class SilenceRow(NamedTuple):
    """One silence; `matchers` is a JSON array in Alertmanager's words."""

    id: str
    matchers: str
    starts_at: int
    ends_at: int
    created_by: str
    comment: str
    updated_at: int

    def state(self, now: int) -> str:
        """Alertmanager's word for where it stands."""
        if self.ends_at <= now:
            return "expired"
        return "active" if self.starts_at <= now else "pending"


_SELECT = select(*(silence.c[name] for name in SilenceRow._fields))


def silence_by_id(connection: Connection, silence_id: str, *, lock: bool = False) -> SilenceRow | None:
    """The silence, locked against other writers on demand."""
    query = _SELECT.where(silence.c.id == silence_id)
    row = connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else SilenceRow._make(row)


def list_silences(connection: Connection, ended_after: int, limit: int) -> Sequence[SilenceRow]:
    """Those that end later than `ended_after`, the last to end first."""
    query = _SELECT.where(silence.c.ends_at > ended_after).order_by(silence.c.ends_at.desc()).limit(limit)
    return [SilenceRow._make(row) for row in connection.execute(query)]


def silence_page(connection: Connection, request: PageRequest) -> Page[SilenceRow]:
    """A page of those that are kept, newest first."""
    rows = connection.execute(keyset(_SELECT, (silence.c.id,), request, descending=True))
    return page_of([SilenceRow._make(row) for row in rows], request)


def count_silences(connection: Connection) -> int:
    """How many are kept."""
    return connection.execute(select(func.count()).select_from(silence)).scalar_one()


def count_open(connection: Connection, now: int) -> int:
    """How many are in force or will be."""
    query = select(func.count()).select_from(silence).where(silence.c.ends_at > now)
    return connection.execute(query).scalar_one()


def latest_change(connection: Connection, now: int) -> int:
    """When a silence last began, ended or was written, up to `now`; 0 without any."""
    moments = (silence.c.starts_at, silence.c.ends_at, silence.c.updated_at)
    found = [select(func.max(moment)).where(moment <= now).scalar_subquery() for moment in moments]
    return max(moment or 0 for moment in connection.execute(select(*found)).one())


def insert_silence(connection: Connection, row: SilenceRow) -> None:
    """Write a new one."""
    connection.execute(insert(silence).values(row._asdict()))


def update_silence(connection: Connection, row: SilenceRow) -> None:
    """Write an old one anew."""
    connection.execute(update(silence).where(silence.c.id == row.id).values(row._asdict()))


def prune_silences(connection: Connection, ended_before: int) -> None:
    """Forget those that ended long ago; the timeline keeps what they were."""
    connection.execute(delete(silence).where(silence.c.ends_at < ended_before))
