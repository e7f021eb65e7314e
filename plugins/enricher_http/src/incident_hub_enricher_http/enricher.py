"""The enricher: fills each target's request from the incident, and keeps the facts of the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from incident_hub_hookspecs import CallContext, DeliveryError, Enrichment, Incident
from incident_hub_hookspecs.asking import ask_each, enrichment, failure
from incident_hub_hookspecs.outgoing import answer_error, answer_json, host_of
from incident_hub_hookspecs.places import any_places

from incident_hub_enricher_http.filling import filled_body, filled_header, filled_path
from incident_hub_enricher_http.picking import MISSING, fact_text, picked, plain_fact
from incident_hub_enricher_http.settings import Settings, Target

__all__ = ["HttpEnricher"]

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Question:
    """What is sent to a target of that name."""

    target: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: str


Asked = Sequence[tuple[Target, Question]]


class HttpEnricher:
    """Keeps nothing of the settings: each call is answered as its context says."""

    async def enrich(
        self, incidents: Sequence[Incident], context: CallContext
    ) -> Sequence[Enrichment | None]:
        """One answer an incident; None where no target is for it, or none knows anything."""
        settings: Settings = context.plugin.config
        targets = {one.name: one for one in settings.targets}
        asked = [_asked(settings.targets, one) for one in incidents]

        async def ask(one: Question, seconds: float) -> Facts:
            target = targets[one.target]
            load = partial(_fetched, target, one, context, min(seconds, target.timeout_seconds))
            return await context.cache.get_or_load(f"{target.url} {one!r}", load, target.cache_seconds)

        wanted = (each for one in asked for _, each in one)
        found = await ask_each(wanted, ask, context.deadline_seconds)
        return [_enrichment(each, found) for each in asked]


def _asked(targets: Sequence[Target], incident: Incident) -> Asked:
    found = ((one, _question(one, incident)) for one in targets if one.when.fits(incident))
    return [(one, question) for one, question in found if question is not None]


def _question(target: Target, incident: Incident) -> Question | None:
    """None when the incident lacks what fills a place."""
    path = filled_path(target.path, incident)
    headers = {name: filled_header(text, incident) for name, text in target.headers.items()}
    body = filled_body(target.body, target.content_type, incident)
    named = tuple((name, text) for name, text in headers.items() if text is not None)
    if path is None or body is None or len(named) < len(headers):
        return None
    return Question(target.name, path, named, body)


async def _fetched(target: Target, one: Question, context: CallContext, seconds: float) -> Facts:
    """The facts, none where the service knows nothing; `DeliveryError` for anything but such an answer."""
    kind = {"content-type": target.content_type} if one.body else {}
    response = await context.http.call(
        target.endpoint(target.name),
        target.method,
        one.path,
        headers={"accept": "application/json", **dict(one.headers), **kind},
        body=one.body.encode(),
        timeout=seconds,
        idempotency_key="question" if target.repeatable and target.method == "POST" else "",
    )
    if response.status in target.absent:
        return {}
    host = host_of(target.url)
    if not 200 <= response.status < 300:
        raise answer_error(response, host, context.plugin.clock.now())
    document = answer_json(response, host)
    values = {name: picked(document, path) for name, path in target.facts.items()}
    return {name: plain_fact(value) for name, value in values.items() if value not in (MISSING, None)}


def _enrichment(asked: Asked, found: Mapping[Question, Facts | DeliveryError]) -> Enrichment | None:
    told: list[str] = []
    shown: list[dict[str, object]] = []
    errors: list[dict[str, str]] = []
    for target, one in asked:
        answer = found[one]
        if isinstance(answer, DeliveryError):
            errors.append(failure(target.name, answer))
        elif answer:
            told.append(_told(target, answer))
            shown.append({"target": target.name, "facts": dict(answer)})
    return enrichment(told, "targets", shown, errors)


def _told(target: Target, facts: Facts) -> str:
    """The target's line; all facts when it has none, or one that is in it is missing."""
    texts = {name: fact_text(value) for name, value in facts.items()}
    line = any_places(target.summary).filled_by(lambda name: texts.get(name, ""), lambda value, _: value)
    return line or f"{target.name}: " + ", ".join(f"{name} {text}" for name, text in texts.items())
