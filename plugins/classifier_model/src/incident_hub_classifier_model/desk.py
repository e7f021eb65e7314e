"""What the parts of the plugin in one hub share: its settings, the version that serves, the trainer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from incident_hub_hookspecs import PluginContext

from incident_hub_classifier_model.records import Version
from incident_hub_classifier_model.serving import Serving
from incident_hub_classifier_model.settings import Settings
from incident_hub_classifier_model.trainer import Trainer

__all__ = ["Comparison", "Desk"]

COMPARED = 500  # of the newest lessons


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions, and on how many of the newest lessons they say the same."""

    a: Version
    b: Version
    lessons: int
    same: int


class Desk:
    """Promotes, rolls back and compares; `take` brings a changed configuration."""

    def __init__(self, context: PluginContext[Settings]) -> None:
        self.context = context
        self._settings = context.config
        self.serving = Serving(context, self.settings)
        self.trainer = Trainer(context, self.serving, self.settings)

    def settings(self) -> Settings:
        """As they are now."""
        return self._settings

    def take(self, settings: Settings) -> None:
        """Go on with these."""
        self._settings = settings

    async def versions(self) -> Sequence[Version]:
        """All of them, the newest first; the first of all is made when there is none yet."""
        if await self.serving.versions.serving_id() is None:
            await self.serving.loaded()
        return await self.serving.versions.all()

    async def promote(self, id: str, actor: str) -> Version:  # noqa: A002 - the field's word
        """Let a version serve. `PluginError` when there is none of that id, or it cannot be loaded."""
        await self.serving.model(id)
        await self.serving.versions.promote(id, actor, self.context.clock.now())
        await self.serving.refresh()
        return await self.serving.versions.find(id)

    async def roll_back(self, actor: str) -> Version:
        """Let the version serve that served before."""
        found = await self.serving.versions.roll_back(actor, self.context.clock.now())
        await self.serving.refresh()
        return await self.serving.versions.find(found)

    async def compare(self, a: str, b: str) -> Comparison:
        """Both, and how they agree."""
        lessons = await self.trainer.lessons.newest(COMPARED)
        examples = [one.example for one in lessons]
        models = [await self.serving.model(id_) for id_ in (a, b)]
        first, second = [await asyncio.to_thread(one.opinions, examples) for one in models]
        pairs = zip(first, second, strict=True)
        same = sum((x and x.severity) == (y and y.severity) for x, y in pairs)
        return Comparison(
            await self.serving.versions.find(a), await self.serving.versions.find(b), len(lessons), same
        )

    async def close(self) -> None:
        """Leave nothing running."""
        await self.trainer.close()
        await self.serving.close()
