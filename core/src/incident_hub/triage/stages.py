"""Classify and correlate: each stage asks all its plugins together, once for the whole batch."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import orjson
from incident_hub_hookspecs import Classification, Incident, IncidentType

from incident_hub.host.config import SeverityConfig
from incident_hub.host.dispatch import Outcome
from incident_hub.triage.batch import Batch, ScoredLink
from incident_hub.triage.checks import (
    classification,
    clean,
    good_links,
)
from incident_hub.triage.findings import error_text
from incident_hub.triage.services import Services
from incident_hub.triage.severity import Prediction, counts
from incident_hub.triage.stage import Stage

__all__ = ["classify", "correlate"]

LINKS_KEPT = 3  # the strongest links of an incident, for each correlator


async def classify(batch: Batch, services: Services) -> None:
    """Keep what classifiers say; the most confident one decides what the source left open."""
    stage = Stage("classify", batch, services)
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


async def correlate(batch: Batch, candidates: Sequence[Sequence[Incident]], services: Services) -> None:
    """Keep the strongest links that reach the configured score."""
    stage = Stage("correlate", batch, services)
    plugins = [(name, one.correlate) for name, one in services.registry.correlators]
    pairs = zip(batch.incidents, candidates, strict=True)
    allowed = {one.id: {other.id for other in found} for one, found in pairs}
    for outcome in await stage.ask(plugins, batch.incidents, [tuple(found) for found in candidates]):
        keep = partial(_keep, stage, outcome, allowed)
        for one, _, value in stage.checked(outcome, keep):
            stage.note(outcome, one, value)


def _keep(
    stage: Stage, outcome: Outcome[Any], allowed: Mapping[str, set[str]], one: Incident, answer: object
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
