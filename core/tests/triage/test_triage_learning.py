"""What people say reaches every classifier that learns, once it is durable; one that fails is tried again."""
# ruff: noqa: ANN401, ARG002, ARG005 - the rig is whatever a test makes it

from collections.abc import Sequence
from typing import Any

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.lifecycle import IncidentChanges, InvalidInputError, Lesson, Lifecycle
from incident_hub_hookspecs import Classification, Feedback, FeedbackKind, IncidentType, Severity


class Pupil:
    """A classifier that remembers its lessons."""

    def __init__(self) -> None:
        self.learnt: list[Feedback] = []
        self.fails = False

    async def classify(self, incidents: Sequence[Any], context: Any) -> list[Classification | None]:
        return [None] * len(incidents)

    async def learn(self, feedback: Sequence[Feedback], context: Any) -> None:
        if self.fails:
            raise OSError("the disk is full")
        self.learnt.extend(feedback)


def pupil(rig: Any) -> Pupil:
    rig.add("classifiers", "deaf", lambda batch, _: [None] * len(batch))
    rig.add("classifiers", "pupil", lambda batch, _: [])
    made = Pupil()
    rig.registry.classifiers[-1] = ("pupil", made)
    return made


async def lessons(rig: Any, one: str) -> Lifecycle:
    lifecycle = Lifecycle(rig.database, HubClock(), lambda: None)
    await lifecycle.escalate(one, Severity.P1, "customers see it", "ann")
    await lifecycle.update(one, IncidentChanges(type=IncidentType.DATA), "ann")
    await lifecycle.resolve(one, "bob", false_alarm=True)
    await lifecycle.give_feedback(one, Lesson(severity=Severity.P4), "cy")
    return lifecycle


async def test_corrections_and_false_alarms_are_kept_and_learnt(rig: Any) -> None:
    learner = pupil(rig)
    (one,) = await rig.incidents(1)
    await lessons(rig, one)
    kept = await rig.rows("feedback", incident_id=one)
    assert [(row["kind"], row["severity"], row["type"], row["actor"]) for row in kept] == [
        ("correction", "P1", None, "ann"),
        ("correction", None, "data", "ann"),
        ("false_alarm", None, None, "bob"),
        ("correction", "P4", None, "cy"),
    ]
    for job in await rig.rows("job", kind="learn"):
        assert await rig.run("learn", job["payload"]) == "done"
    assert [(said.kind, said.severity, said.type) for said in learner.learnt] == [
        (FeedbackKind.CORRECTION, Severity.P1, None),
        (FeedbackKind.CORRECTION, None, IncidentType.DATA),
        (FeedbackKind.FALSE_ALARM, None, None),
        (FeedbackKind.CORRECTION, Severity.P4, None),
    ]
    assert {said.incident.id for said in learner.learnt} == {one}


async def test_a_classifier_that_cannot_learn_now_is_tried_again(rig: Any) -> None:
    pupil(rig).fails = True
    (one,) = await rig.incidents(1)
    await lessons(rig, one)
    (first, *_) = await rig.rows("job", kind="learn")
    assert (await rig.run("learn", first["payload"])).startswith("Retry: pupil: OSError")


async def test_feedback_that_says_nothing_is_refused(rig: Any) -> None:
    (one,) = await rig.incidents(1)
    with pytest.raises(InvalidInputError, match="says nothing"):
        await Lifecycle(rig.database, HubClock(), lambda: None).give_feedback(one, Lesson(), "ann")
    assert await rig.rows("feedback") == []
