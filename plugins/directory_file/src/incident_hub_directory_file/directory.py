"""The directory over the files; a changed file is read again, a broken one keeps the last good one."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from time import monotonic

from incident_hub_hookspecs import ConfigError, Person, PluginContext, Service, Shift, Team

from incident_hub_directory_file.catalog import Catalog, read_catalog
from incident_hub_directory_file.settings import Settings

__all__ = ["FileDirectory"]


class FileDirectory:
    """The contract's `Directory`. Raises `ConfigError` when the files are wrong at the start."""

    def __init__(self, context: PluginContext[Settings]) -> None:
        self._paths = [Path(path).expanduser() for path in context.config.paths]
        self._every = context.config.check_seconds
        self._report = context.report
        self._stamp = self._stamps()
        self._catalog = read_catalog(self._paths)
        self._looked = monotonic()

    async def on_call(self, schedule: str, at: datetime) -> Sequence[Shift]:  # noqa: ARG002 - lists know no time
        """The people of that list, in its order."""
        catalog = await self._current()
        return [Shift(catalog.people[key], schedule) for key in catalog.on_call.get(schedule, ())]

    async def person(self, id: str) -> Person | None:  # noqa: A002 - the field's word
        """By id or e-mail address."""
        return (await self._current()).person(id)

    async def team(self, id: str) -> Team | None:  # noqa: A002
        """By id."""
        return (await self._current()).teams.get(id)

    async def service(self, id: str) -> Service | None:  # noqa: A002
        """By id."""
        return (await self._current()).services.get(id)

    async def _current(self) -> Catalog:
        if monotonic() - self._looked >= self._every:
            self._looked = monotonic()
            await asyncio.to_thread(self._look)
        return self._catalog

    def _look(self) -> None:
        stamp = self._stamps()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._catalog = read_catalog(self._paths)
        except ConfigError as error:
            self._report(f"{error}; the last good catalog serves")
        else:
            self._report("")

    def _stamps(self) -> list[tuple[int, int]]:
        """What changes when a file is written or replaced; a missing file has a stamp too."""
        found = []
        for path in self._paths:
            try:
                stat = path.stat()
                found.append((stat.st_mtime_ns, stat.st_size))
            except OSError:
                found.append((0, 0))
        return found
