"""Plugins that say which actions may run."""

from typing import Any

import pytest

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.response import ActionRequest, BlastRadius, Decision, Verdict
from incident_hub_hookspecs.testing.builders import an_action_request, incidents
from incident_hub_hookspecs.testing.conformance.calls import CallConformance
from incident_hub_hookspecs.testing.conformance.checks import a_text, hold, instance, snapshot
from incident_hub_hookspecs.testing.conformance.stage import Stage, called
from incident_hub_hookspecs.testing.hostile import (
    HOSTILE_TEXTS,
    empty_incident,
    hostile_incidents,
    huge_incident,
)
from incident_hub_hookspecs.testing.registering import implementation, register

__all__ = ["AuthorizationConformance"]

_TEXTS = list(HOSTILE_TEXTS.values())
ODD = [
    an_action_request(incident=one, action=text, params={text: text, "deep": [{"a": {}}]}, actor=text)
    for one, text in zip(
        [empty_incident(), huge_incident(), *hostile_incidents()], ["", "x" * 255, *_TEXTS], strict=True
    )
]


class AuthorizationConformance(CallConformance):
    """For a plugin with the hook `authorize_action`. Its errors are denials, so it should have none."""

    @pytest.fixture
    def subject(self, plugin: object, stage: Stage) -> Any:
        """The plugin's part of the hook, after the hub registered the plugin."""
        call = implementation(plugin, "authorize_action")
        hold(call, "the plugin does not implement `authorize_action`")
        register(plugin, stage.registration)
        return call

    async def ask(self, subject: Any, context: CallContext, number: int = 0) -> Any:
        """May this action run?"""
        request = an_action_request(incident=incidents(number + 1)[number])
        return await called(subject, request=request, context=context)

    def check(self, answer: Any, number: int = 0) -> None:  # noqa: ARG002
        """A `Verdict`, with a reason for everything but yes."""
        verdict = instance(answer, Verdict, "the answer")
        hold(isinstance(verdict.decision, Decision), f"decision: {verdict.decision!r} is no Decision")
        a_text(verdict.reason, "reason")
        hold(verdict.reason or verdict.decision is Decision.ALLOW, "a refusal gives no reason")

    def _judged(self, subject: Any, stage: Stage, request: ActionRequest) -> None:
        before = snapshot(request)
        self.check(stage.run(lambda: called(subject, request=request, context=stage.context)))
        hold(snapshot(request) == before, "the request was changed")

    @pytest.mark.parametrize("radius", list(BlastRadius))
    @pytest.mark.parametrize("dry_run", [True, False])
    def test_every_action_has_a_verdict(
        self, subject: Any, stage: Stage, radius: BlastRadius, *, dry_run: bool
    ) -> None:
        """However much it can break, dry or not."""
        self._judged(subject, stage, an_action_request(blast_radius=radius, dry_run=dry_run))

    @pytest.mark.parametrize("request_", ODD, ids=lambda one: one.incident.id)
    def test_a_hostile_request_has_a_verdict(
        self, subject: Any, stage: Stage, request_: ActionRequest
    ) -> None:
        """Whatever stands in names, parameters and the incident."""
        self._judged(subject, stage, request_)
