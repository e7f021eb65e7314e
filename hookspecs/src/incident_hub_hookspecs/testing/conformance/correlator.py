"""Correlators."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.records import Incident
from incident_hub_hookspecs.testing.builders import incidents
from incident_hub_hookspecs.testing.conformance.base import the_only
from incident_hub_hookspecs.testing.conformance.checks import (
    a_share,
    a_text,
    hold,
    instance,
    sequence,
    snapshot,
)
from incident_hub_hookspecs.testing.conformance.stage import Stage, called
from incident_hub_hookspecs.testing.conformance.triage import BatchConformance
from incident_hub_hookspecs.triage import Correlator, Link

__all__ = ["CorrelatorConformance"]

_NEIGHBOURS = 20


class CorrelatorConformance(BatchConformance):
    """For a plugin with `register_correlators`; override `correlator` when it registers several."""

    @pytest.fixture
    def correlator(self, plugin: object, stage: Stage) -> Correlator:
        """The correlator under test."""
        found: Correlator = the_only(plugin, "register_correlators", stage, "correlator")
        return found

    @pytest.fixture
    def subject(self, correlator: Correlator) -> Correlator:
        """What is called."""
        return correlator

    async def answers(self, subject: Any, batch: Sequence[Incident], context: CallContext) -> Any:
        """Correlate these incidents, each with some earlier ones."""
        return await called(subject.correlate, batch, [_candidates(one) for one in batch], context)

    def check_one(self, answer: Any, incident: Incident) -> None:
        """Links to candidates of this incident, each scored and explained."""
        known = {one.id for one in _candidates(incident)}
        for index, item in enumerate(sequence(answer, f"the links of {incident.id}")):
            link = instance(item, Link, f"link {index}")
            hold(link.other_id in known, f"link {index}: {link.other_id!r} is none of the candidates")
            a_share(link.score, f"link {index}: score")
            a_text(link.reason, f"link {index}: reason")
            hold(link.reason, f"link {index}: has no reason")

    def test_candidates_are_not_changed(self, correlator: Correlator, stage: Stage) -> None:
        """Neither the incidents nor the lists that they come in."""
        batch = incidents(5)
        candidates = [_candidates(one) for one in batch]
        before = snapshot(candidates)
        stage.run(lambda: called(correlator.correlate, batch, candidates, stage.context))
        hold(snapshot(candidates) == before, "the candidates were changed")

    def test_no_candidates_are_no_links(self, correlator: Correlator, stage: Stage) -> None:
        """Nothing to compare with is a list of empty lists."""
        batch = incidents(3)
        answer = stage.run(lambda: called(correlator.correlate, batch, [[], (), []], stage.context))
        hold([list(links) for links in sequence(answer, "the answer", 3)] == [[], [], []], "links to nothing")


def _candidates(incident: Incident) -> list[Incident]:
    """Earlier incidents that do not depend on the batch, some like this one."""
    alike = incidents(3, fingerprint=incident.fingerprint, title=incident.title, source=incident.source)
    alike = [_renamed(one, f"like {incident.id} {number}") for number, one in enumerate(alike)]
    others = [_renamed(one, f"other {number}") for number, one in enumerate(incidents(_NEIGHBOURS))]
    return [*alike, *others]


def _renamed(incident: Incident, name: str) -> Incident:
    return replace(incident, id=name)
