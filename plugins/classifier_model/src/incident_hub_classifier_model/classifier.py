"""The classifier: asks the model in a thread, and keeps what people teach."""

import asyncio
from collections.abc import Callable, Sequence

from incident_hub_hookspecs import CallContext, Classification, Feedback, Incident, Severity

from incident_hub_classifier_model.example import Example
from incident_hub_classifier_model.serving import ACTOR, Serving
from incident_hub_classifier_model.settings import Settings
from incident_hub_classifier_model.trainer import Trainer

__all__ = ["ModelClassifier"]


class ModelClassifier:
    """A classifier and a learner. It says nothing of the type, nor where nothing alike was ever seen."""

    def __init__(self, serving: Serving, trainer: Trainer, settings: Callable[[], Settings]) -> None:
        self._serving, self._trainer, self._settings = serving, trainer, settings

    async def classify(
        self, incidents: Sequence[Incident], context: CallContext
    ) -> Sequence[Classification | None]:
        """One answer an incident, in order; None for all of them while the model loads."""
        if not incidents:
            return []
        wait = min(self._settings().wait_seconds, context.deadline_seconds / 2)
        served = await self._serving.current(wait)
        if served is None:
            return [None] * len(incidents)
        examples = [Example.of(one) for one in incidents]
        opinions = await asyncio.to_thread(served.model.opinions, examples)
        said = f"version {served.id or 'of the first day'}"
        return [
            None
            if one is None
            else Classification(Severity(one.severity), None, one.confidence, (one.reason, said))
            for one in opinions
        ]

    async def learn(self, feedback: Sequence[Feedback], context: CallContext) -> None:  # noqa: ARG002 - the contract's
        """Keep the lessons; enough new ones start a retraining in the background."""
        if await self._trainer.lessons.add(feedback, self._settings()) and await self._trainer.due():
            self._trainer.start(ACTOR)
