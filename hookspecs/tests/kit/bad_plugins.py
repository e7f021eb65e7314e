"""Plugins that each do one thing wrong. `caught_by` names the tests of the kit that must find it.

They are run by `test_kit_catches.py`, on their own, as most of their tests shall fail.
"""
# ruff: noqa: A002, ANN001, ANN002, ANN201, ANN202, ANN401, ARG002, ARG005, N805 - the wrong things are what counts here

import asyncio
import logging
import random
import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from incident_hub_hookspecs import (
    ActionResult,
    Alert,
    BlastRadius,
    Classification,
    Decision,
    Delivery,
    DeliveryError,
    Enrichment,
    Link,
    LlmClient,
    LlmKind,
    Person,
    Receipt,
    Shift,
    Verdict,
    WebhookParser,
    hookimpl,
    setting,
)
from incident_hub_hookspecs.testing import FakeShield, KnownDirectory
from incident_hub_hookspecs.testing.conformance import (
    ActionConformance,
    AuthorizationConformance,
    ClassifierConformance,
    CorrelatorConformance,
    DirectoryConformance,
    EnricherConformance,
    EventSinkConformance,
    NotifierConformance,
    PluginConformance,
    ShieldConformance,
    WebhookParserConformance,
)

URL = "https://api.example/"
CAUGHT_BY: dict[str, set[str]] = {}


def caught_by(*tests):
    """Note which tests must fail for a class."""

    def note(cls):
        CAUGHT_BY[cls.__name__] = set(tests)
        return cls

    return note


@dataclass(frozen=True)
class Settings:
    token: str = setting("What to show.", default="", secret=True)


class Bad:
    """One plugin: `make` is what its hook returns, in a list."""

    hook: ClassVar[str]

    def make(self, context: Any) -> Any:
        return self

    @pytest.fixture
    def plugin(self) -> object:
        class Plugin:
            @hookimpl
            def register_config(_):
                return Settings

        plugin = Plugin()
        setattr(plugin, self.hook, hookimpl(lambda context: [self.make(context)]))
        return plugin


class BadEnricher(Bad, EnricherConformance):
    hook = "register_enrichers"

    def make(self, context):
        self.settings_seen = context.config
        return _Enricher(self)


class _Enricher:
    def __init__(self, outer: BadEnricher) -> None:
        self.outer = outer

    async def enrich(self, incidents, context):
        return await self.outer.answer(incidents, context)


@caught_by("test_a_batch_has_one_answer_an_incident")
class TestTooFewAnswers(BadEnricher):
    async def answer(self, incidents, context):
        return [None] * min(len(incidents), 100)


@caught_by("test_an_ordinary_call_answers_as_the_contract_says")
class TestNotPlain(BadEnricher):
    async def answer(self, incidents, context):
        return [Enrichment("x", {"at": one.created_at}) for one in incidents]


@caught_by("test_a_batch_has_one_answer_an_incident", "test_an_empty_incident_is_survived")
class TestChangesWhatItIsGiven(BadEnricher):
    async def answer(self, incidents, context):
        for one in incidents:
            one.labels["seen"] = "yes"
        return [None] * len(incidents)


@caught_by("test_a_huge_incident_is_survived")
class TestEchoesWhatIsHuge(BadEnricher):
    async def answer(self, incidents, context):
        return [Enrichment("x", {"title": one.title}) for one in incidents]


@caught_by("test_a_hostile_incident_is_survived")
class TestSummaryOfSeveralLines(BadEnricher):
    async def answer(self, incidents, context):
        return [Enrichment(one.title[:100]) for one in incidents]


@caught_by("test_a_cancelled_call_ends_soon_and_leaves_all_usable")
class TestSwallowsItsCancellation(BadEnricher):
    async def answer(self, incidents, context):
        try:
            await context.http.request("GET", URL, timeout=context.deadline_seconds)
        except asyncio.CancelledError:
            pass
        except DeliveryError:
            pass
        return [None] * len(incidents)


@caught_by("test_a_cancelled_call_ends_soon_and_leaves_all_usable", "test_calls_at_once_do_not_mix")
class TestIsBrokenByACancellation(BadEnricher):
    busy = False

    async def answer(self, incidents, context):
        if self.busy:
            raise RuntimeError("busy")
        self.busy = True
        await context.http.request("GET", URL, timeout=context.deadline_seconds)
        self.busy = False
        return [None] * len(incidents)


@caught_by("test_the_deadline_is_honoured")
class TestTakesItsTime(BadEnricher):
    async def answer(self, incidents, context):
        await context.http.request("GET", URL)
        return [None] * len(incidents)


@caught_by("test_calls_at_once_do_not_mix")
class TestMixesCalls(BadEnricher):
    async def answer(self, incidents, context):
        self.batch = incidents
        await asyncio.sleep(0)
        return [Enrichment(one.id) for one in self.batch]


@caught_by("test_a_broken_outside_is_an_answer_or_a_delivery_error")
class TestTrustsTheOutside(BadEnricher):
    async def answer(self, incidents, context):
        answer = await context.http.request("GET", URL, timeout=context.deadline_seconds)
        return [Enrichment(answer.body.decode()) for _ in incidents]


@caught_by("test_an_ordinary_call_answers_as_the_contract_says", "test_an_empty_incident_is_survived")
class TestLogsItsSecret(BadEnricher):
    async def answer(self, incidents, context):
        logging.getLogger("deep.inside").debug("asking", extra={"headers": context.plugin.config.token})
        return [None] * len(incidents)


@caught_by("test_a_broken_outside_is_an_answer_or_a_delivery_error")
class TestRaisesItsSecret(BadEnricher):
    async def answer(self, incidents, context):
        token = context.plugin.config.token
        answer = await context.http.request("GET", URL, timeout=context.deadline_seconds)
        if answer.status != 200:
            raise DeliveryError("refused") from ValueError(f"the token {token} is wrong")
        return [None] * len(incidents)


@caught_by("test_the_same_question_has_the_same_answer")
class TestAnswersByChance(BadEnricher):
    async def answer(self, incidents, context):
        return [Enrichment(str(random.random())) for _ in incidents]


@caught_by("test_an_incident_in_a_batch_is_answered_as_if_alone")
class TestLooksAtNeighbours(BadEnricher):
    async def answer(self, incidents, context):
        return [Enrichment(f"one of {len(incidents)}") for _ in incidents]


@caught_by("test_an_ordinary_call_answers_as_the_contract_says")
class TestTooSure(Bad, ClassifierConformance):
    hook = "register_classifiers"

    async def classify(self, incidents, context):
        return [Classification(confidence=1.5) for _ in incidents]


@caught_by("test_feedback_is_taken_in_again_and_again")
class TestLearnsOnce(Bad, ClassifierConformance):
    hook = "register_classifiers"

    def make(self, context):
        self.known: set[str] = set()
        return self

    async def classify(self, incidents, context):
        return [None for _ in incidents]

    async def learn(self, feedback, context):
        for one in feedback:
            if one.incident.id in self.known:
                raise ValueError("known already")
            self.known.add(one.incident.id)


@caught_by("test_an_ordinary_call_answers_as_the_contract_says", "test_no_candidates_are_no_links")
class TestLinksStrangers(Bad, CorrelatorConformance):
    hook = "register_correlators"

    async def correlate(self, incidents, candidates, context):
        return [[Link("somebody", 0.9, "why not")] for _ in incidents]


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
