"""Plugins that hear of every event."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.testing.builders import NOON, an_event
from incident_hub_hookspecs.testing.conformance.calls import CallConformance
from incident_hub_hookspecs.testing.conformance.checks import hold, snapshot
from incident_hub_hookspecs.testing.conformance.stage import Stage, called
from incident_hub_hookspecs.testing.hostile import HOSTILE_TEXTS
from incident_hub_hookspecs.testing.registering import implementation, register
from incident_hub_hookspecs.timeline import TimelineEvent

__all__ = ["EventSinkConformance"]


class EventSinkConformance(CallConformance):
    """For a plugin with the hook `on_event`."""

    @pytest.fixture
    def subject(self, plugin: object, stage: Stage) -> Any:
        """The plugin's part of the hook, after the hub registered the plugin."""
        call = implementation(plugin, "on_event")
        hold(call, "the plugin does not implement `on_event`")
        register(plugin, stage.registration)
        return call

    async def ask(self, subject: Any, context: CallContext, number: int = 0) -> Any:
        """Tell of three events."""
        return await called(subject, events=_events(3, after=3 * number), context=context)

    def check(self, answer: Any, number: int = 0) -> None:  # noqa: ARG002
        """Nothing, or False."""
        hold(answer is None or answer is False, f"`on_event` returns nothing or False, got {answer!r}")

    def _told(self, subject: Any, stage: Stage, *batches: Sequence[TimelineEvent]) -> None:
        before = snapshot(batches)

        async def tell() -> None:
            for batch in batches:
                self.check(await called(subject, events=batch, context=stage.context))

        stage.run(tell)
        hold(snapshot(batches) == before, "the events were changed")

    @pytest.mark.parametrize("count", [0, 1, 500])
    def test_a_batch_of_any_size_is_taken(self, subject: Any, stage: Stage, count: int) -> None:
        """Up to five hundred."""
        self._told(subject, stage, _events(count))

    def test_a_batch_may_come_again(self, subject: Any, stage: Stage) -> None:
        """After a crash the hub tells again from its last place: the same events, and some more."""
        self._told(subject, stage, _events(3), _events(3), _events(5), _events(2, after=40))

    @pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
    def test_hostile_and_unknown_events_are_taken(self, subject: Any, stage: Stage, text: str) -> None:
        """Types of a later version, text of any sort, events of no incident."""
        data = {"before": text, "after": [text, {text: None}], "note": text}
        known = an_event(cursor=7, actor=text, data=data)
        self._told(
            subject, stage, [known, an_event(cursor=9, type="OF_A_LATER_VERSION", incident_id="", data={})]
        )

    def test_a_huge_event_is_taken(self, subject: Any, stage: Stage) -> None:
        """A megabyte of text."""
        self._told(subject, stage, [an_event(data={"after": "x" * 1_048_576}, count=2**31)])


def _events(count: int, after: int = 0) -> list[TimelineEvent]:
    """Events in order, with gaps between their cursors."""
    return [
        an_event(cursor=2 * number + 1, at=NOON + timedelta(seconds=number), data={"number": number})
        for number in range(after, after + count)
    ]
