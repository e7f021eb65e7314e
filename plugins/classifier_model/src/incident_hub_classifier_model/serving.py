"""The version that serves in this process: loaded when it is first needed, switched when another is promoted."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

from incident_hub_hookspecs import PluginContext, PluginError

from incident_hub_classifier_model.records import BOOTSTRAP, Version
from incident_hub_classifier_model.settings import Settings
from incident_hub_classifier_model.versions import Versions

if TYPE_CHECKING:
    from incident_hub_classifier_model.candidate import Candidate
    from incident_hub_classifier_model.model import Model

__all__ = ["ACTOR", "Served", "Serving"]

ACTOR = "hub:classifier_model"
MEND = "`incident-hub classifier_model retrain` makes one that can"


@dataclass(frozen=True, slots=True)
class Served:
    """A loaded version."""

    id: str
    model: "Model"


class Serving:
    """`current` never waits for a switch: the version before serves until the new one is loaded."""

    def __init__(self, context: PluginContext[Settings], settings: Callable[[], Settings]) -> None:
        self._context, self._settings = context, settings
        self.versions = Versions(context.tables)
        self._served: Served | None = None
        self._looked = -inf
        self._task: asyncio.Task[None] | None = None

    async def current(self, wait_seconds: float) -> Served | None:
        """What serves; None when nothing is loaded within this time."""
        loop = asyncio.get_running_loop()
        if self._served and loop.time() - self._looked < self._settings().refresh_seconds:
            return self._served
        task = self.refresh()
        if self._served is None:
            await asyncio.wait({task}, timeout=wait_seconds)
        return self._served

    def refresh(self) -> "asyncio.Task[None]":
        """Look now which version is to serve, and load it."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        return self._task

    async def loaded(self) -> Served:
        """What is to serve at this moment; raises `PluginError` when it cannot be loaded."""
        found = await self.versions.serving_id()
        if self._served is None or self._served.id != found:
            self._served = await self._load(found)
        return self._served

    async def model(self, id: str) -> "Model":  # noqa: A002 - the field's word
        """The model of a version; `PluginError` when there is none, or it cannot be read."""
        return await asyncio.to_thread(_loaded, await self.versions.blob(id))

    async def loaded_or_bootstrap(self) -> Served:
        """The same, or the version of the first day under no name, and a warning."""
        await self.refresh()
        if self._served is None:
            raise PluginError("no version can be loaded")
        return self._served

    async def close(self) -> None:
        """Leave nothing running, and no model in memory."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._task = self._served = None

    async def _look(self) -> None:
        try:
            await self.loaded()
            self._context.report("")
        except PluginError as error:
            self._context.log.warning("the promoted version cannot serve: %s", error)
            self._context.report(f"the promoted version cannot serve: {error}; {MEND}")
            if self._served is None:
                self._served = Served("", (await self._bootstrap()).model)
        finally:
            self._looked = asyncio.get_running_loop().time()

    async def _load(self, found: str | None) -> Served:
        if found is None:
            return await self._begin()
        return Served(found, await self.model(found))

    async def _begin(self) -> Served:
        """The first day: the version of the examples that ship is kept and serves."""
        made = await self._bootstrap()
        now = self._context.clock.now()
        kept = Version(BOOTSTRAP, 0, now, ACTOR, made.trained_on, made.metrics)
        await self.versions.add(kept, made.blob, self._settings().versions_kept)
        await self.versions.promote(BOOTSTRAP, ACTOR, now, first=True)
        return Served(BOOTSTRAP, made.model)

    async def _bootstrap(self) -> "Candidate":
        return await asyncio.to_thread(_bootstrap)


_made: list[Any] = []  # the same in each process and each time, so it is made once


def _bootstrap() -> Any:  # noqa: ANN401 - a Candidate, whose module is heavy to load
    from incident_hub_classifier_model.candidate import bootstrap_candidate  # noqa: PLC0415 - loads scikit-learn
    from incident_hub_classifier_model.training import Recipe  # noqa: PLC0415

    if not _made:
        _made.append(bootstrap_candidate(Recipe()))
    return _made[0]


def _loaded(blob: bytes) -> "Model":
    from incident_hub_classifier_model.blob import load  # noqa: PLC0415 - loads scikit-learn

    return load(blob)
