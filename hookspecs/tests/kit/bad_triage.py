"""Enrichers, classifiers and correlators, each with one thing wrong; `test_kit_catches.py` runs them."""
# ruff: noqa: ANN001, ANN201, ANN202, ARG002 - the wrong things are what counts here

import asyncio
import logging
import random

from incident_hub_hookspecs import (
    Classification,
    DeliveryError,
    Enrichment,
    Link,
)
from incident_hub_hookspecs.testing.conformance import (
    ClassifierConformance,
    CorrelatorConformance,
    EnricherConformance,
)
from wrong import URL, Bad, caught_by


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
