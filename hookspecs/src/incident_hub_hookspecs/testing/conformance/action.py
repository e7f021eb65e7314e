"""Playbook actions."""

from collections.abc import Mapping
from typing import Any

import pytest

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.errors import PluginError
from incident_hub_hookspecs.records import Incident
from incident_hub_hookspecs.response import ActionResult, BlastRadius, PlaybookAction, Undoable
from incident_hub_hookspecs.testing.builders import an_incident, incidents
from incident_hub_hookspecs.testing.conformance.base import the_only
from incident_hub_hookspecs.testing.conformance.calls import CallConformance
from incident_hub_hookspecs.testing.conformance.checks import a_text, hold, instance, plain_json, snapshot
from incident_hub_hookspecs.testing.conformance.outside import WRONG, Outside
from incident_hub_hookspecs.testing.conformance.settings import settings_problems
from incident_hub_hookspecs.testing.conformance.stage import Stage, called
from incident_hub_hookspecs.testing.hostile import empty_incident, hostile_incidents, huge_incident

__all__ = ["ActionConformance"]

ODD = [empty_incident(), huge_incident(), *hostile_incidents()]


class ActionConformance(CallConformance):
    """For a plugin with `register_playbook_actions`; a class for each, with `action`, when there are several.

    Override `params` with parameters that it takes. One that does not go through `context.http` overrides
    `outside`.
    """

    @pytest.fixture
    def action(self, plugin: object, stage: Stage) -> PlaybookAction:
        """The action under test."""
        found: PlaybookAction = the_only(plugin, "register_playbook_actions", stage, "action")
        return found

    @pytest.fixture
    def params(self) -> Mapping[str, object]:
        """What a playbook gives it."""
        return {}

    @pytest.fixture
    def outside(self, stage: Stage) -> Outside:
        """What was touched outside of the hub."""
        return stage.http

    @pytest.fixture
    def subject(
        self, action: PlaybookAction, params: Mapping[str, object]
    ) -> tuple[PlaybookAction, Mapping[str, object]]:
        """The action and its parameters."""
        return action, params

    async def ask(self, subject: Any, context: CallContext, number: int = 0) -> Any:
        """Run it, under a key of its own."""
        action, params = subject
        incident = incidents(number + 1)[number]
        return await called(action.run, incident, params, f"key-{number}", dry_run=False, context=context)

    def check(self, answer: Any, number: int = 0) -> None:  # noqa: ARG002
        """An `ActionResult` whose parts JSON can hold."""
        result = instance(answer, ActionResult, "the answer")
        a_text(result.summary, "summary")
        hold(result.summary, "summary: says nothing")
        plain_json(result.output, "output")
        plain_json(result.undo_data, "undo_data")

    def _ran(
        self,
        stage: Stage,
        action: PlaybookAction,
        params: Mapping[str, object],
        key: str,
        *,
        dry_run: bool = False,
        incident: Incident | None = None,
    ) -> ActionResult:
        one = incident or an_incident()
        before = snapshot((one, params))
        result: ActionResult = stage.run(
            lambda: called(action.run, one, params, key, dry_run=dry_run, context=stage.context)
        )
        self.check(result)
        hold(snapshot((one, params)) == before, "the incident or the params were changed")
        stage.watch.look("a result", repr(result))
        return result

    def test_it_says_what_it_is(self, action: PlaybookAction) -> None:
        """Whether twice is harmless, how much it can break, and what its parameters are."""
        hold(isinstance(action.idempotent, bool), "`idempotent` is not True or False")
        hold(isinstance(action.blast_radius, BlastRadius), "`blast_radius` is no BlastRadius")
        if action.parameters is not None:
            hold(not (found := settings_problems(action.parameters)), f"`parameters`: {found}")

    def test_the_outside_hears_the_key(
        self, action: PlaybookAction, params: Mapping[str, object], stage: Stage, outside: Outside
    ) -> None:
        """The same key each time, so that the target can tell a repeat. What can break nothing needs none."""
        for key in ("first-0a1b", "first-0a1b", "other-2c3d"):
            before = len(outside.told())
            self._ran(stage, action, params, key)
            heard = outside.told()[before:]
            if action.blast_radius is not BlastRadius.NONE:
                hold(heard, "nothing was touched: override `outside`, or say BlastRadius.NONE")
                for one in heard:
                    hold(key in one, f"the key is not among what was sent: {one[:300]!r}")

    def test_a_dry_run_touches_nothing(
        self, action: PlaybookAction, params: Mapping[str, object], stage: Stage, outside: Outside
    ) -> None:
        """It says what it would do, and leaves nothing to undo."""
        result = self._ran(stage, action, params, "key-1", dry_run=True)
        hold(not outside.told(), "a dry run touched the outside")
        hold(not result.undo_data, "a dry run left something to undo")

    def test_what_was_done_can_be_undone_where_it_says_so(
        self, action: PlaybookAction, params: Mapping[str, object], stage: Stage, outside: Outside
    ) -> None:
        """`undo` takes the `undo_data` of the run, under a key of its own, and again; without it there is none."""
        result = self._ran(stage, action, params, "key-1")
        if not isinstance(action, Undoable):
            hold(not result.undo_data, "there is `undo_data`, but no `undo` to give it to")
            return
        for _ in range(2):
            before = len(outside.told())
            undone = stage.run(
                lambda: called(action.undo, an_incident(), result.undo_data, "undo-9", context=stage.context)
            )
            self.check(undone)
            for one in outside.told()[before:]:
                hold("undo-9" in one, f"the key of the undo is not among what was sent: {one[:300]!r}")

    @pytest.mark.parametrize("incident", ODD, ids=lambda one: one.id)
    def test_any_incident_is_survived(
        self,
        action: PlaybookAction,
        params: Mapping[str, object],
        stage: Stage,
        incident: Incident,
    ) -> None:
        """Empty, huge or hostile: it acts on the parameters, not on words."""
        self._ran(stage, action, params, "key-1", incident=incident)

    def test_wrong_params_are_final(
        self, action: PlaybookAction, params: Mapping[str, object], stage: Stage
    ) -> None:
        """A wrong parameter is a `PluginError` that no other try can mend, or it does not matter."""
        for name in params:
            for wrong in WRONG:
                given = {**params, name: wrong}
                try:
                    stage.run(
                        lambda given=given: called(  # type: ignore[misc]
                            action.run, an_incident(), given, "key-1", dry_run=True, context=stage.context
                        )
                    )
                except PluginError as error:
                    hold(not getattr(error, "retry", False), f"{name}={wrong!r}: another try cannot mend it")
