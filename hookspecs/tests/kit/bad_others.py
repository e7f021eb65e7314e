"""Parsers, directories, clients and whole plugins, each with one thing wrong; `test_kit_catches.py` runs them."""
# ruff: noqa: A002, ANN001, ANN201, ANN202, ARG002, ARG005 - the wrong things are what counts here

import time
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from incident_hub_hookspecs import (
    Alert,
    Decision,
    Delivery,
    LlmClient,
    LlmKind,
    Person,
    Shift,
    Verdict,
    WebhookParser,
    hookimpl,
    setting,
)
from incident_hub_hookspecs.testing import FakeShield, KnownDirectory
from incident_hub_hookspecs.testing.conformance import (
    AuthorizationConformance,
    DirectoryConformance,
    EventSinkConformance,
    PluginConformance,
    ShieldConformance,
    WebhookParserConformance,
)
from wrong import Bad, caught_by


class BadParser(Bad, WebhookParserConformance):
    hook = "register_webhook_parsers"

    def make(self, context):
        return WebhookParser("bad", self.parse)

    @pytest.fixture
    def examples(self):
        return ['{"title": "x"}']

    def parse(self, request):
        body = request.json()
        title = body.get("title") if isinstance(body, dict) else ""
        found = [self.alert(title)] if isinstance(title, str) and 0 < len(title) < 400 else []
        return Delivery(found, delivery_id=self.delivery_id(request))

    def alert(self, title):
        return Alert("bad", title)

    def delivery_id(self, request):
        return ""


@caught_by("test_garbage_is_a_payload_error", "test_an_example_with_one_thing_wrong_is_survived")
class TestChokesOnGarbage(BadParser):
    def parse(self, request):
        return Delivery([Alert("bad", request.json()["title"])])


@caught_by("test_examples_become_alerts")
class TestNaiveTimes(BadParser):
    def alert(self, title):
        return Alert("bad", title, starts_at=datetime(2026, 1, 1))  # noqa: DTZ001


@caught_by("test_a_repeated_delivery_is_known")
class TestTrustsProxies(BadParser):
    def delivery_id(self, request):
        return request.headers.get("x-request-id", "")[:255]


@caught_by("test_examples_become_alerts")
class TestReadsTheWallClock(BadParser):
    def alert(self, title):
        return Alert("bad", f"{title} {time.perf_counter_ns()}")


@caught_by("test_a_tampered_request_is_refused")
class TestLetsEverybodyIn(BadParser):
    def make(self, context):
        return WebhookParser("bad", self.parse, verify=lambda request: None)

    @pytest.fixture
    def sign(self):
        return lambda body: {"x-signature": "abc"}


class BadDirectory(Bad, DirectoryConformance):
    hook = "register_directories"

    @pytest.fixture
    def known(self):
        return {"schedule": "night"}


@caught_by("test_an_ordinary_call_answers_as_the_contract_says", "test_any_moment_has_its_answer")
class TestNaiveShifts(BadDirectory):
    def make(self, context):
        shift = Shift(Person("ann"), "night", datetime(2026, 1, 1))  # noqa: DTZ001
        return KnownDirectory(shifts={"night": [shift]})


@caught_by("test_a_stranger_is_nobody")
class TestRaisesForStrangers(BadDirectory):
    def make(self, context):
        directory = KnownDirectory(shifts={"night": [Shift(Person("ann"), "night")]})
        directory.person = self.person  # type: ignore[method-assign]
        return directory

    async def person(self, id):
        raise KeyError(id)


@caught_by("test_a_batch_has_one_scan_a_text")
class TestScansTooFew(Bad, ShieldConformance):
    hook = "register_llm_clients"

    def make(self, context):
        return LlmClient(LlmKind.SHIELD, _Hasty())


class _Hasty(FakeShield):
    async def scan_prompts(self, prompts, context):
        return (await super().scan_prompts(prompts, context))[:10]


@caught_by("test_any_incident_is_survived")
class TestObeys(Bad, ShieldConformance):
    hook = "register_llm_clients"

    def make(self, context):
        return LlmClient(LlmKind.SHIELD, _Obedient())


class _Obedient(FakeShield):
    async def analyze_security_event(self, event, context):
        found = await super().analyze_security_event(event, context)
        return replace(found, indicators=(event.description,))


class Hooked:
    """A plugin of one hook that is called while the hub works."""

    @pytest.fixture
    def plugin(self):
        return self


@caught_by("test_every_action_has_a_verdict")
class TestRefusesWithoutAReason(Hooked, AuthorizationConformance):
    @hookimpl
    def authorize_action(self, request):
        return Verdict(Decision.DENY)


@caught_by("test_a_hostile_request_has_a_verdict")
class TestTrustsParameters(Hooked, AuthorizationConformance):
    @hookimpl
    async def authorize_action(self, request):
        request.params["service"]
        return Verdict(Decision.ALLOW)


@caught_by("test_hostile_and_unknown_events_are_taken")
class TestKnowsAllEvents(Hooked, EventSinkConformance):
    @hookimpl
    async def on_event(self, events):
        for event in events:
            {"CREATED": 1}[event.type]


@caught_by("test_a_batch_may_come_again")
class TestEventsOnce(Hooked, EventSinkConformance):
    last = 0

    @hookimpl
    async def on_event(self, events):
        for event in events:
            if event.cursor <= self.last:
                raise ValueError("out of order")
            self.last = event.cursor


@dataclass
class Careless:
    api_key: str = ""
    hidden: str = setting("Something.", default="x")


@caught_by(
    "test_the_settings_are_frozen_documented_and_keep_their_secrets",
    "test_no_hook_lacks_its_mark",
    "test_hooks_that_register_are_plain_functions",
    "test_what_it_registers_is_what_the_contract_says",
    "test_it_registers_twice",
    "test_it_takes_its_configuration_again",
    "test_the_name_can_be_used_everywhere",
)
class TestCareless(PluginConformance):
    name = "Bad-Name"

    @pytest.fixture
    def plugin(self):
        class Plugin:
            times = 0

            @hookimpl
            def register_config(self):
                return Careless

            def register_notifiers(self):
                return []

            @hookimpl
            async def register_routes(self):
                return []

            @hookimpl
            def register_enrichers(self):
                self.times += 1
                return ["no enricher"] * self.times

            @hookimpl
            def reconfigure(self):
                return "done"

        return Plugin()
