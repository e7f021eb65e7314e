"""Classifiers."""

from collections.abc import Sequence
from typing import Any

import pytest

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.enums import IncidentType, Severity
from incident_hub_hookspecs.records import Incident
from incident_hub_hookspecs.testing.builders import NOON, incidents
from incident_hub_hookspecs.testing.conformance.base import the_only
from incident_hub_hookspecs.testing.conformance.checks import a_share, hold, instance, snapshot, texts
from incident_hub_hookspecs.testing.conformance.stage import Stage, called
from incident_hub_hookspecs.testing.conformance.triage import BatchConformance
from incident_hub_hookspecs.testing.hostile import hostile_incidents
from incident_hub_hookspecs.triage import Classification, Classifier, Feedback, FeedbackKind, Learner

__all__ = ["ClassifierConformance"]


class ClassifierConformance(BatchConformance):
    """For a plugin with `register_classifiers`; override `classifier` when it registers several."""

    @pytest.fixture
    def classifier(self, plugin: object, stage: Stage) -> Classifier:
        """The classifier under test."""
        found: Classifier = the_only(plugin, "register_classifiers", stage, "classifier")
        return found

    @pytest.fixture
    def subject(self, classifier: Classifier) -> Classifier:
        """What is called."""
        return classifier

    async def answers(self, subject: Any, batch: Sequence[Incident], context: CallContext) -> Any:
        """Classify these incidents."""
        return await called(subject.classify, batch, context)

    def check_one(self, answer: Any, incident: Incident) -> None:  # noqa: ARG002
        """None, or a `Classification` with a confidence from 0 to 1."""
        if answer is not None:
            one = instance(answer, Classification, "an answer")
            hold(isinstance(one.severity, Severity | None), f"severity: {one.severity!r} is no Severity")
            hold(isinstance(one.type, IncidentType | None), f"type: {one.type!r} is no IncidentType")
            a_share(one.confidence, "confidence")
            texts(one.reasons, "reasons")

    def test_feedback_is_taken_in_again_and_again(self, classifier: Classifier, stage: Stage) -> None:
        """A learner may hear the same twice, and hostile words; it classifies on. Others have no `learn`."""
        if not isinstance(classifier, Learner):
            hold(not hasattr(classifier, "learn"), "`learn` does not have the form of `Learner.learn`")
            return
        heard = [_corrected(one) for one in [*incidents(3), *hostile_incidents()]]
        before = snapshot(heard)

        async def teach() -> Any:
            for batch in ([], heard, heard):
                await called(classifier.learn, batch, stage.context)
            return await self.ask(classifier, stage.context)

        self.check(stage.run(teach))
        hold(snapshot(heard) == before, "the feedback was changed")


def _corrected(incident: Incident) -> Feedback:
    return Feedback(incident, FeedbackKind.CORRECTION, "ann", NOON, Severity.P1, IncidentType.SECURITY)
