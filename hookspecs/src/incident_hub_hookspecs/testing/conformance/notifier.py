"""Notifiers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.errors import DeliveryError
from incident_hub_hookspecs.records import Incident
from incident_hub_hookspecs.response import Notification, Notifier, Receipt
from incident_hub_hookspecs.testing.builders import a_notification, incidents
from incident_hub_hookspecs.testing.canary import CANARY
from incident_hub_hookspecs.testing.conformance.base import the_only
from incident_hub_hookspecs.testing.conformance.calls import CallConformance
from incident_hub_hookspecs.testing.conformance.checks import a_text, hold, instance, snapshot
from incident_hub_hookspecs.testing.conformance.outside import WRONG, Outside
from incident_hub_hookspecs.testing.conformance.stage import Stage, called
from incident_hub_hookspecs.testing.hostile import empty_incident, hostile_incidents, huge_incident
from incident_hub_hookspecs.testing.http import Answer

__all__ = ["NotifierConformance"]

ODD = [empty_incident(), huge_incident(), *hostile_incidents()]


class NotifierConformance(CallConformance):
    """For a plugin with `register_notifiers`.

    Override `target` with one that your notifier takes; secrets in it hold `CANARY`. A notifier that does
    not go through `context.http` overrides `outside`.
    """

    @pytest.fixture
    def notifier(self, plugin: object, stage: Stage) -> Notifier:
        """The notifier under test."""
        found: Notifier = the_only(plugin, "register_notifiers", stage, "notifier")
        return found

    @pytest.fixture
    def target(self) -> Mapping[str, object]:
        """A target as `notify.targets` has it, without `channel`, `on` and `min_severity`."""
        return {"url": f"https://receiver.example/{CANARY}"}

    @pytest.fixture
    def outside(self, stage: Stage) -> Outside:
        """What the receivers have heard."""
        return stage.http

    @pytest.fixture
    def subject(
        self, notifier: Notifier, target: Mapping[str, object]
    ) -> tuple[Notifier, Mapping[str, object]]:
        """The notifier and its target."""
        return notifier, target

    async def ask(self, subject: Any, context: CallContext, number: int = 0) -> Any:
        """Send one notification, under a key of its own."""
        notifier, target = subject
        incident = incidents(number + 1)[number]
        note = a_notification(key=f"key-{number}", incident=incident, target=target, text=incident.title)
        return await called(notifier.send, note, context)

    def check(self, answer: Any, number: int = 0) -> None:  # noqa: ARG002
        """A `Receipt`."""
        receipt = instance(answer, Receipt, "the answer")
        a_text(receipt.provider_id, "provider_id")
        a_text(receipt.detail, "detail")

    def _sent(self, stage: Stage, notifier: Notifier, note: Notification) -> Receipt:
        before = snapshot(note)
        receipt: Receipt = stage.run(lambda: called(notifier.send, note, stage.context))
        self.check(receipt)
        hold(snapshot(note) == before, "the notification was changed")
        return receipt

    def test_the_outside_hears_the_key(
        self, notifier: Notifier, target: Mapping[str, object], stage: Stage, outside: Outside
    ) -> None:
        """The same key each time the same notification is sent, so that the receiver can tell a repeat.

        A notifier that knows itself what has arrived need not send it again.
        """
        arrived: set[str] = set()
        for key in ("first-0a1b", "first-0a1b", "other-2c3d"):
            before = len(outside.told())
            self._sent(stage, notifier, a_notification(key=key, target=target))
            heard = outside.told()[before:]
            hold(
                heard or key in arrived,
                "nothing was sent; a notifier that does not use `context.http` overrides `outside`",
            )
            arrived.add(key)
            for one in heard:
                hold(key in one, f"the key is not among what was sent: {one[:300]!r}")

    @pytest.mark.parametrize("incident", ODD, ids=lambda one: one.id)
    def test_any_incident_is_sent(
        self,
        notifier: Notifier,
        target: Mapping[str, object],
        stage: Stage,
        outside: Outside,
        incident: Incident,
    ) -> None:
        """Empty, huge or hostile: somebody hears of it, in a message that is one message."""
        self._sent(
            stage, notifier, a_notification(incident=incident, target=target, text=incident.title[:500])
        )
        hold(outside.told(), "nothing was sent")
        for sent in stage.http.sent:
            for name, value in sent.headers.items():
                whole = (name + value).isprintable()
                hold(whole, f"the header {name!r} holds a control character: a way to inject headers")

    @pytest.mark.parametrize("event", ["created", "resolved", "an event of a later version"])
    def test_every_event_is_sent(
        self, notifier: Notifier, target: Mapping[str, object], stage: Stage, event: str
    ) -> None:
        """Names of events may come that the notifier does not know."""
        self._sent(stage, notifier, a_notification(event=event, target=target))

    @pytest.mark.parametrize("status", [500, 503, 429])
    def test_a_receiver_in_trouble_is_tried_again(
        self, notifier: Notifier, target: Mapping[str, object], stage: Stage, status: int
    ) -> None:
        """`DeliveryError(retry=True)`, and never a receipt for what was refused."""
        stage.http.will(Answer(status))
        try:
            stage.run(lambda: called(notifier.send, a_notification(target=target), stage.context))
        except DeliveryError as error:
            hold(error.retry, f"a {status} passes: retry must be True")
        else:
            hold(not stage.http.sent, f"a receipt for what was answered with {status}")

    def test_a_target_without_anything_is_final(
        self, notifier: Notifier, stage: Stage, outside: Outside
    ) -> None:
        """A target that names nobody either has a default or is refused for good, before anything is sent."""
        try:
            stage.run(lambda: called(notifier.send, a_notification(target={}), stage.context))
        except DeliveryError as error:
            hold(not error.retry, "another try cannot mend a target: retry must be False")
            hold(not outside.told(), "something was sent for a target that is refused")

    def test_a_target_of_garbage_is_refused(
        self, notifier: Notifier, target: Mapping[str, object], stage: Stage
    ) -> None:
        """A value of another type is a `DeliveryError` that no other try can mend, or it does not matter."""
        for name in target:
            for wrong in WRONG:
                note = replace(a_notification(), target={**target, name: wrong})
                try:
                    stage.run(lambda note=note: called(notifier.send, note, stage.context))  # type: ignore[misc]
                except DeliveryError as error:
                    hold(not error.retry, f"{name}={wrong!r}: another try cannot mend it")
