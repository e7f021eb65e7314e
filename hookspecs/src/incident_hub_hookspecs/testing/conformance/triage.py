"""What classifiers, enrichers and correlators have in common: batches, and incidents of every sort."""

from collections.abc import Sequence
from typing import Any

import pytest

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.records import Incident
from incident_hub_hookspecs.testing.builders import incidents
from incident_hub_hookspecs.testing.conformance.calls import CallConformance
from incident_hub_hookspecs.testing.conformance.checks import hold, sequence, snapshot
from incident_hub_hookspecs.testing.conformance.stage import Stage
from incident_hub_hookspecs.testing.hostile import empty_incident, hostile_incidents, huge_incident

__all__ = ["BatchConformance"]


class BatchConformance(CallConformance):
    """`answers` asks about a batch, `check_one` looks at the answer about one incident of it."""

    async def answers(self, subject: Any, batch: Sequence[Incident], context: CallContext) -> Any:
        """Ask about these incidents."""
        raise NotImplementedError

    def check_one(self, answer: Any, incident: Incident) -> None:
        """Fail when the answer about one incident is not what the contract says."""
        raise NotImplementedError

    async def ask(self, subject: Any, context: CallContext, number: int = 0) -> Any:
        """A batch of three."""
        return await self.answers(subject, _three(number), context)

    def check(self, answer: Any, number: int = 0) -> None:
        """One answer an incident."""
        self._check(answer, _three(number))

    def _check(self, answer: object, batch: Sequence[Incident]) -> None:
        given = sequence(answer, "the answer", len(batch))
        for one, incident in zip(given, batch, strict=True):
            self.check_one(one, incident)

    def _asked(self, subject: Any, stage: Stage, batch: Sequence[Incident]) -> Sequence[Any]:
        """The checked answers; what was given must be as it was."""
        given = list(batch)
        before = snapshot(given)
        answer = stage.run(lambda: self.answers(subject, given, stage.context))
        hold(snapshot(given) == before, "an incident, or the list of them, was changed")
        self._check(answer, batch)
        stage.watch.look("an answer", repr(answer))
        return answer  # type: ignore[no-any-return]

    @pytest.mark.parametrize("count", [0, 1, 500])
    def test_a_batch_has_one_answer_an_incident(self, subject: Any, stage: Stage, count: int) -> None:
        """None for nothing, one for one, five hundred for five hundred, in order."""
        self._asked(subject, stage, incidents(count))

    def test_an_incident_in_a_batch_is_answered_as_if_alone(self, subject: Any, stage: Stage) -> None:
        """A hostile neighbour changes nothing for the others."""
        plain = incidents(1)
        crowded = self._asked(subject, stage, [*hostile_incidents(), *plain])
        alone = self._asked(subject, stage, plain)
        same = snapshot(crowded[-1]) == snapshot(alone[0])
        hold(same or not self.deterministic, "its neighbours change the answer about an incident")

    def test_an_empty_incident_is_survived(self, subject: Any, stage: Stage) -> None:
        """No title, no source, no fingerprint, no labels."""
        self._asked(subject, stage, [empty_incident()])

    def test_a_huge_incident_is_survived(self, subject: Any, stage: Stage) -> None:
        """A megabyte of title, ten thousand labels; the answer stays within what the hub keeps."""
        self._asked(subject, stage, [huge_incident(), *incidents(1)])

    @pytest.mark.parametrize("hostile", hostile_incidents(), ids=lambda one: one.id.partition(" ")[2])
    def test_a_hostile_incident_is_survived(self, subject: Any, stage: Stage, hostile: Incident) -> None:
        """Instructions, templates, markup, control characters: text, wherever text can stand."""
        self._asked(subject, stage, [hostile])


def _three(number: int) -> Sequence[Incident]:
    return incidents(3 * number + 3)[3 * number :]
