"""Enrichers."""

from collections.abc import Sequence
from typing import Any

import pytest

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.records import Incident
from incident_hub_hookspecs.testing.conformance.base import the_only
from incident_hub_hookspecs.testing.conformance.checks import a_text, hold, instance, plain_json
from incident_hub_hookspecs.testing.conformance.stage import Stage, called
from incident_hub_hookspecs.testing.conformance.triage import BatchConformance
from incident_hub_hookspecs.triage import Enricher, Enrichment

__all__ = ["EnricherConformance"]


class EnricherConformance(BatchConformance):
    """For a plugin with `register_enrichers`; override `enricher` when it registers several."""

    @pytest.fixture
    def enricher(self, plugin: object, stage: Stage) -> Enricher:
        """The enricher under test."""
        found: Enricher = the_only(plugin, "register_enrichers", stage, "enricher")
        return found

    @pytest.fixture
    def subject(self, enricher: Enricher) -> Enricher:
        """What is called."""
        return enricher

    async def answers(self, subject: Any, batch: Sequence[Incident], context: CallContext) -> Any:
        """Enrich these incidents."""
        return await called(subject.enrich, batch, context)

    def check_one(self, answer: Any, incident: Incident) -> None:  # noqa: ARG002
        """None, or an `Enrichment`: a summary of one line, and data that JSON can hold."""
        if answer is not None:
            one = instance(answer, Enrichment, "an answer")
            a_text(one.summary, "summary")
            hold(len(one.summary.splitlines()) <= 1, f"summary: has several lines: {one.summary!r}")
            plain_json(one.data, "data")
