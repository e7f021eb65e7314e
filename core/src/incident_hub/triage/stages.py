"""Classify, enrich, correlate: each stage asks all its plugins together, once for the whole batch."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import orjson
from incident_hub_hookspecs import Classification, Incident, IncidentType

from incident_hub.host.config import SeverityConfig
from incident_hub.host.dispatch import Call, Outcome
from incident_hub.triage.batch import Batch, ScoredLink
from incident_hub.triage.checks import (
    answers,
    classification,
    clean,
    enrichment,
    good_links,
)
from incident_hub.triage.findings import Finding, error_text
from incident_hub.triage.services import Services
from incident_hub.triage.severity import Prediction, counts

__all__ = ["classify", "correlate", "enrich"]

LINKS_KEPT = 3  # the strongest links of an incident, for each correlator
Answer = tuple[Incident, Any]
Said = tuple[Incident, Any, str]


@dataclass(frozen=True, slots=True)
class _Stage:
    """Who asks: where findings of this stage go, and whose outcome is being read."""

    name: str
    batch: Batch
    services: Services

    async def ask(
        self, plugins: Sequence[tuple[str, Callable[..., Any]]], *data: Sequence[Any]
    ) -> list[Outcome[Any]]:
        deadline = self.services.config.triage.deadline_seconds
        calls = [
            Call(name, ask, (*(tuple(part) for part in data), self.services.context(name, deadline)))
            for name, ask in plugins
        ]
        return await self.services.dispatcher.gather(calls, deadline)

    def read(self, outcome: Outcome[Any]) -> list[Answer]:
        """The plugin's answers beside their incidents; one that failed whole leaves its error on each."""
        incidents = self.batch.incidents
        error = outcome.error
        if error is None:
            try:
                return list(zip(incidents, answers(outcome.value, len(incidents)), strict=True))
            except Exception as broken:
                error = broken
        text = error_text(error)
        for one in incidents:
            self.note(outcome, one, error=text)
        return []

    def note(
        self,
        outcome: Outcome[Any],
        one: Incident,
        value: str = "null",
        confidence: float | None = None,
        error: str | None = None,
    ) -> None:
        version = self.services.version(outcome.plugin)
        micros = int(outcome.seconds * 1_000_000)
        found = Finding(one.id, self.name, outcome.plugin, version, micros, value, confidence, error)
        self.batch.findings.append(found)

    def checked(self, outcome: Outcome[Any], check: Callable[[Incident, Any], str]) -> Iterator[Said]:
        """The answers that say something and are sound, each as JSON too; the rest leave their error."""
        for one, answer in self.read(outcome):
            if answer is None:
                continue
            try:
                value = check(one, answer)
            except Exception as broken:
                self.note(outcome, one, error=error_text(broken))
                continue
            if value:
                yield one, answer, value


async def classify(batch: Batch, services: Services) -> None:
    """Keep what classifiers say; the most confident one decides what the source left open."""
    stage = _Stage("classify", batch, services)
    plugins = [(name, one.classify) for name, one in services.registry.classifiers]
    sure: dict[str, float] = {}
    for outcome in await stage.ask(plugins, batch.incidents):
        for one, answer, value in stage.checked(outcome, lambda _, answer: classification(answer)):
            stage.note(outcome, one, value, float(answer.confidence))
            _weigh(batch, one, answer, sure)
    _apply(batch, services.config.triage.severity)


def _weigh(batch: Batch, one: Incident, answer: Classification, sure: dict[str, float]) -> None:
    """Keep the most confident word on severity, and on a type that the source left open."""
    confidence = float(answer.confidence)
    known = batch.severity.get(one.id)
    if answer.severity is not None and (known is None or confidence > known.confidence):
        batch.severity[one.id] = Prediction(answer.severity, confidence)
    if answer.type is None or one.type is not IncidentType.UNKNOWN:
        return
    if confidence > sure.get(one.id, -1):
        sure[one.id] = confidence
        batch.type[one.id] = answer.type


def _apply(batch: Batch, policy: SeverityConfig) -> None:
    """Later stages see the incidents as classified."""
    for index, one in enumerate(batch.incidents):
        said, kind = batch.severity.get(one.id), batch.type.get(one.id, one.type)
        severity = said.severity if said and counts(said, one.reported_severity, policy) else one.severity
        if severity is not one.severity or kind is not one.type:
            batch.incidents[index] = replace(one, severity=severity, type=kind)


async def enrich(batch: Batch, services: Services) -> None:
    """Keep what enrichers found."""
    stage = _Stage("enrich", batch, services)
    plugins = [(name, one.enrich) for name, one in services.registry.enrichers]
    for outcome in await stage.ask(plugins, batch.incidents):
        for one, _, value in stage.checked(outcome, lambda _, answer: enrichment(answer)):
            stage.note(outcome, one, value)


async def correlate(batch: Batch, candidates: Sequence[Sequence[Incident]], services: Services) -> None:
    """Keep the strongest links that reach the configured score."""
    stage = _Stage("correlate", batch, services)
    plugins = [(name, one.correlate) for name, one in services.registry.correlators]
    pairs = zip(batch.incidents, candidates, strict=True)
    allowed = {one.id: {other.id for other in found} for one, found in pairs}
    for outcome in await stage.ask(plugins, batch.incidents, [tuple(found) for found in candidates]):
        keep = partial(_keep, stage, outcome, allowed)
        for one, _, value in stage.checked(outcome, keep):
            stage.note(outcome, one, value)


def _keep(
    stage: _Stage, outcome: Outcome[Any], allowed: Mapping[str, set[str]], one: Incident, answer: object
) -> str:
    if not answer and isinstance(answer, tuple | list):
        return ""
    links, wrong = good_links(answer, one.id, allowed[one.id])
    if wrong is not None:
        stage.note(outcome, one, error=error_text(wrong))
    least = stage.services.config.triage.correlation.min_score
    strong = [link for link in links if link.score >= least]
    strong.sort(key=lambda link: (link.score, link.other_id), reverse=True)
    kept = [
        ScoredLink(one.id, outcome.plugin, link.other_id, float(link.score), clean(link.reason))
        for link in strong[:LINKS_KEPT]
    ]
    stage.batch.links.extend(kept)
    return _links_json(kept) if kept else ""


def _links_json(links: Sequence[ScoredLink]) -> str:
    said = [{"id": one.other_id, "score": one.score, "reason": one.reason} for one in links]
    return orjson.dumps({"links": said}).decode()
