"""Notifiers and actions, each with one thing wrong; `test_kit_catches.py` runs them."""
# ruff: noqa: ANN001, ANN201, ARG002 - the wrong things are what counts here

from uuid import uuid4

from incident_hub_hookspecs import (
    ActionResult,
    BlastRadius,
    DeliveryError,
    Receipt,
)
from incident_hub_hookspecs.testing.conformance import (
    ActionConformance,
    NotifierConformance,
)
from wrong import URL, Bad, caught_by


class BadNotifier(Bad, NotifierConformance):
    hook = "register_notifiers"

    async def send(self, notification, context):
        url = notification.target.get("url")
        if not isinstance(url, str):
            raise DeliveryError("no url", retry=False)
        headers = self.headers(notification)
        answer = await context.http.request("POST", url, headers=headers, timeout=context.deadline_seconds)
        if answer.status >= 400:
            raise DeliveryError("refused", retry=answer.status >= 429)
        return Receipt()


@caught_by("test_the_outside_hears_the_key")
class TestForgetsTheKey(BadNotifier):
    def headers(self, notification):
        return {"idempotency-key": str(uuid4())}


@caught_by("test_any_incident_is_sent")
class TestInjectsHeaders(BadNotifier):
    def headers(self, notification):
        return {"idempotency-key": notification.key, "subject": notification.text}


@caught_by("test_a_receiver_in_trouble_is_tried_again")
class TestHoldsEverythingForDelivered(Bad, NotifierConformance):
    hook = "register_notifiers"

    async def send(self, notification, context):
        body = notification.key.encode()
        await context.http.request("POST", URL, body=body, timeout=context.deadline_seconds)
        return Receipt()


class BadAction(Bad, ActionConformance):
    hook = "register_playbook_actions"
    name = "bad"
    idempotent = True
    blast_radius = BlastRadius.SERVICE
    parameters = None

    async def run(self, incident, params, key, *, dry_run, context):
        if self.acts(dry_run):
            await context.http.request("POST", URL, body=self.sent(key), timeout=context.deadline_seconds)
        return ActionResult("done", undo_data=self.left(dry_run))

    def acts(self, dry_run):
        return not dry_run

    def sent(self, key):
        return key.encode()

    def left(self, dry_run):
        return {}


@caught_by("test_a_dry_run_touches_nothing")
class TestDryRunActs(BadAction):
    def acts(self, dry_run):
        return True


@caught_by("test_the_outside_hears_the_key")
class TestActionForgetsTheKey(BadAction):
    def sent(self, key):
        return b"restart"


@caught_by("test_what_was_done_can_be_undone_where_it_says_so")
class TestCannotBeUndone(BadAction):
    def left(self, dry_run):
        return {} if dry_run else {"state": "on"}
