"""The table of changes."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from incident_hub_hookspecs import LlmIdentity, Tables

from incident_hub_enricher_changes.changes import MOST_TEXT, Change

__all__ = ["ChangeStore", "change_table"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MOST_READ = 2000
_LLM = ("provider", "model", "deployment", "prompt_version", "agent", "tool", "tenant", "environment")
_TEXTS = ("kind", "name", "version_before", "version_after", "changed_by", "url", "service", *_LLM)

change_table = sa.Table(
    "enricher_changes_change",
    sa.MetaData(),
    sa.Column("id", sa.String(MOST_TEXT), primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False),  # microseconds since 1970
    *(sa.Column(name, sa.String(MOST_TEXT), nullable=False) for name in _TEXTS),
)
_T = change_table.c


class ChangeStore:
    """Reads and writes the table, each time in a transaction of its own."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def add(self, changes: Sequence[Change], keep_from: datetime) -> None:
        """Record changes, each in place of an earlier one of its id; what is older than `keep_from` goes."""
        rows = list({one.id: _row(one) for one in changes}.values())

        def work(connection: Any) -> None:  # noqa: ANN401 - a connection, as `Tables` has it
            gone = sa.or_(_T.at < _micros(keep_from), _T.id.in_([row["id"] for row in rows]))
            connection.execute(sa.delete(change_table).where(gone))
            if rows:
                connection.execute(sa.insert(change_table), rows)

        await self._tables.write(work)

    async def between(self, spans: Iterable[tuple[datetime, datetime]]) -> Sequence[Change]:
        """The changes of these spans of time, the newest first; at most 2,000."""
        wanted = [_T.at.between(_micros(begin), _micros(end)) for begin, end in _merged(spans)]
        return await self._read(sa.select(change_table).where(sa.or_(sa.false(), *wanted)), _MOST_READ)

    async def newest(self, since: datetime | None, service: str, first: int) -> Sequence[Change]:
        """The newest changes, of one service when it is named."""
        query = sa.select(change_table)
        if since is not None:
            query = query.where(_T.at >= _micros(since))
        if service:
            query = query.where(_T.service == service)
        return await self._read(query, first)

    async def _read(self, query: Any, most: int) -> list[Change]:  # noqa: ANN401 - a select of the table
        ordered = query.order_by(_T.at.desc(), _T.id).limit(most)
        rows = await self._tables.read(lambda connection: connection.execute(ordered).mappings().all())
        return [_change(row) for row in rows]


def _merged(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Spans that touch are one, so that a storm is one range of the index."""
    merged: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged[-100:]


def _row(one: Change) -> dict[str, object]:
    return {
        "id": one.id, "at": _micros(one.at), "kind": one.kind, "name": one.name, "version_before": one.before,
        "version_after": one.after, "changed_by": one.by, "url": one.url, "service": one.service, **asdict(one.llm),
    }  # fmt: skip


def _change(row: Any) -> Change:  # noqa: ANN401 - a row of the table
    return Change(
        row["id"], _EPOCH + row["at"] * _MICROSECOND, row["kind"], row["name"], row["version_before"],
        row["version_after"], row["changed_by"], row["url"], row["service"],
        LlmIdentity(**{name: row[name] for name in _LLM}),
    )  # fmt: skip


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
