"""Retraining: on a copy, in a thread, one at a time; the version is kept, and promoted where policy says so."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from incident_hub_hookspecs import PluginContext, PluginError

from incident_hub_classifier_model.lessons import Lessons
from incident_hub_classifier_model.metrics import Metrics
from incident_hub_classifier_model.records import Version
from incident_hub_classifier_model.sample import Sample
from incident_hub_classifier_model.serving import ACTOR, Serving
from incident_hub_classifier_model.settings import Settings

if TYPE_CHECKING:
    from incident_hub_classifier_model.candidate import Candidate
    from incident_hub_classifier_model.model import Model

__all__ = ["Retrained", "Trainer"]

ECE_GOAL = 0.10


@dataclass(frozen=True, slots=True)
class Retrained:
    """What came of it."""

    version: str
    promoted: bool
    why: str


class Trainer:
    """Knows the lessons and the version that serves."""

    def __init__(
        self, context: PluginContext[Settings], serving: Serving, settings: Callable[[], Settings]
    ) -> None:
        self._context, self._serving, self._settings = context, serving, settings
        self.lessons = Lessons(context.tables)
        self._task: asyncio.Task[Retrained] | None = None

    async def due(self) -> bool:
        """Whether enough lessons came since the last version was made."""
        after = self._settings().retrain_after
        if not after:
            return False
        known = [one.trained_on.last_lesson for one in await self._serving.versions.all()]
        return await self.lessons.count_after(max(known, default=0)) >= after

    def start(self, actor: str) -> "asyncio.Task[Retrained]":
        """Retrain in the background; the task that is under way when there is one."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self.retrain(actor))
            self._task.add_done_callback(self._tell)
        return self._task

    async def retrain(self, actor: str) -> Retrained:
        """Train on all lessons that are kept, judge, keep, and perhaps promote."""
        settings = self._settings()
        served = await self._serving.loaded_or_bootstrap()
        lessons = await self.lessons.newest(settings.lessons_kept)
        if not lessons:
            raise PluginError("nobody has given a lesson yet: correct an incident's severity first")
        known = {one.id: one for one in await self._serving.versions.all()}
        last = known[served.id].trained_on.last_lesson if served.id in known else 0
        made = await asyncio.to_thread(_train, lessons, served.model, last, settings)
        now = self._context.clock.now()
        version = Version(made.id, 0, now, actor, made.trained_on, made.metrics)
        if not await self._serving.versions.add(version, made.blob, settings.versions_kept):
            return Retrained(
                made.id, False, "the same lessons were learnt before: the version is there already"
            )
        good, why = _verdict(made.metrics, made.rival, settings.promotion)
        if good:
            await self._serving.versions.promote(made.id, ACTOR, now)
            await self._serving.refresh()
        return Retrained(made.id, good, why)

    async def close(self) -> None:
        """Leave nothing running; a thread that trains ends by itself."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    def _tell(self, task: "asyncio.Task[Retrained]") -> None:
        if task.cancelled():
            return
        if error := task.exception():
            self._context.log.warning("retraining failed: %s", error)
        else:
            done = task.result()
            word = "serves now" if done.promoted else "is kept"
            self._context.log.info("version %s %s: %s", done.version, word, done.why)


def _verdict(made: Metrics, rival: Metrics, policy: str) -> tuple[bool, str]:
    """Whether the new version serves, and why."""
    told = f"macro-F1 {made.macro_f1:.3f} against {rival.macro_f1:.3f}, ECE {made.ece:.3f} against {rival.ece:.3f}"
    if policy == "manual":
        return False, f"{told}; promoted by hand only"
    gain = made.macro_f1 - rival.macro_f1
    enough = gain > 0 if policy == "better" else gain >= 0
    honest = made.ece <= max(ECE_GOAL, rival.ece)
    return enough and honest, told


def _train(
    lessons: Sequence[Sample],
    serving: "Model",
    last: int,
    settings: Settings,
) -> "Candidate":
    from incident_hub_classifier_model.candidate import make_candidate  # noqa: PLC0415 - loads scikit-learn
    from incident_hub_classifier_model.training import Recipe  # noqa: PLC0415

    recipe = Recipe(settings.person_share, settings.half_life_days)
    return make_candidate(lessons, serving, last, recipe)
