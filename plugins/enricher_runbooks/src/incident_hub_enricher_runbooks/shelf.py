"""All runbooks of the hub, read from the plugin's table and kept for a moment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from incident_hub_hookspecs import Incident, PayloadError, PluginContext
from sqlalchemy import Connection

from incident_hub_enricher_runbooks import tables
from incident_hub_enricher_runbooks.matching import Match, Matching
from incident_hub_enricher_runbooks.reading import read_runbook
from incident_hub_enricher_runbooks.runbook import Runbook
from incident_hub_enricher_runbooks.settings import Settings

__all__ = ["Imported", "Rejected", "Shelf"]

MOST = 2_000
_KEPT = "matching"


@dataclass(frozen=True, slots=True)
class Rejected:
    """An item of an import that cannot be used."""

    index: int
    code: str
    message: str
    path: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import."""

    stored: int
    removed: int
    rejected: tuple[Rejected, ...]


class Shelf:
    """What the parts of the plugin share. A change is seen at once here, elsewhere after `cache_seconds`."""

    def __init__(self, context: PluginContext[Settings]) -> None:
        self._context = context

    async def all(self) -> Sequence[Runbook]:
        """By title."""
        return await self._context.tables.read(tables.all_runbooks)

    async def one(self, key: str) -> Runbook | None:
        """By id."""
        return await self._context.tables.read(lambda c: tables.runbook_by_id(c, key))

    async def fitting(self, incidents: Sequence[Incident]) -> list[Sequence[Match]]:
        """For each incident its runbooks, the most specific first."""
        config = self._context.config
        known = await self._context.cache.get_or_load(_KEPT, self._load, config.cache_seconds)
        return [known.of(incident, config.most_per_incident) for incident in incidents]

    async def add(self, given: object, actor: str) -> Runbook:
        """Store a new one; raises `PayloadError` for one that is no runbook, or whose id is taken."""
        runbook = self._signed(read_runbook(given), actor)
        await self._write(partial(_add, runbook=runbook))
        return runbook

    async def change(self, key: str, given: dict[str, Any], actor: str) -> Runbook:
        """Put another in its place."""
        runbook = self._signed(read_runbook({**given, "id": key}), actor)
        await self._write(partial(_change, runbook=runbook))
        return runbook

    async def remove(self, key: str) -> bool:
        """Whether there was one."""
        return bool(await self._write(lambda c: tables.remove(c, [key])))

    async def take_in(self, items: Sequence[object], actor: str, *, instead: bool) -> Imported:
        """Store all that can be used, in place of those by the same ids, or `instead` of all.

        When nothing can be used nothing is changed.
        """
        good: dict[str, Runbook] = {}
        rejected: list[Rejected] = []
        for index, item in enumerate(items):
            try:
                runbook = self._signed(read_runbook(item), actor)
            except PayloadError as error:
                rejected.append(Rejected(index, error.code, error.message, error.path))
            else:
                good[runbook.id] = runbook
        if rejected and not good:
            return Imported(0, 0, tuple(rejected))
        removed = await self._write(partial(_replace, runbooks=list(good.values()), instead=instead))
        return Imported(len(good), removed, tuple(rejected))

    async def _load(self) -> Matching:
        return Matching(await self.all())

    async def _write(self, work: Any) -> Any:  # noqa: ANN401 - whatever the work returns
        done = await self._context.tables.write(work)
        self._context.cache.forget(_KEPT)
        return done

    def _signed(self, runbook: Runbook, actor: str) -> Runbook:
        now = self._context.clock.now().isoformat(timespec="seconds")
        return replace(runbook, updated_at=now, updated_by=actor[:255])


def _add(connection: Connection, *, runbook: Runbook) -> None:
    if tables.runbook_by_id(connection, runbook.id) is not None:
        raise PayloadError("taken", f"there is a runbook {runbook.id} already", "id")
    _store(connection, [runbook])


def _change(connection: Connection, *, runbook: Runbook) -> None:
    if tables.runbook_by_id(connection, runbook.id) is None:
        raise PayloadError("not_found", f"there is no runbook {runbook.id}", "id")
    _store(connection, [runbook])


def _replace(connection: Connection, *, runbooks: Sequence[Runbook], instead: bool) -> int:
    removed = tables.remove(connection, None) if instead else 0
    _store(connection, runbooks)
    return removed


def _store(connection: Connection, runbooks: Sequence[Runbook]) -> None:
    tables.put(connection, runbooks)
    if tables.count(connection) > MOST:
        raise PayloadError("too_many", f"at most {MOST} runbooks are kept", "runbooks")
