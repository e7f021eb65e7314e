"""Trains a version and judges it, beside the one that serves, on lessons that neither has seen.

Import only where a model is trained. The hold-out is the newer half of the lessons that came after the
serving version was trained, and the exam that no version learns. A trial is fitted on what came before the
hold-out and judged on it; the version itself is fitted on everything, by the same recipe.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from incident_hub_classifier_model.blob import MADE_WITH, dump
from incident_hub_classifier_model.bootstrap import bootstrap_exam, bootstrap_lessons
from incident_hub_classifier_model.metrics import Metrics
from incident_hub_classifier_model.model import Model
from incident_hub_classifier_model.records import BOOTSTRAP, Provenance, moment_text
from incident_hub_classifier_model.sample import Sample, fingerprint_of
from incident_hub_classifier_model.training import Recipe, train
from incident_hub_classifier_model.weights import capped

__all__ = ["Candidate", "bootstrap_candidate", "make_candidate"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """`rival` is what the serving version reached on the same hold-out."""

    id: str
    model: Model
    blob: bytes
    trained_on: Provenance
    metrics: Metrics
    rival: Metrics


def bootstrap_candidate(recipe: Recipe) -> Candidate:
    """The version of the first day."""
    model = train(bootstrap_lessons(), recipe)
    metrics = model.judge(bootstrap_exam())
    return Candidate(BOOTSTRAP, model, dump(model), _provenance([]), metrics, metrics)


def make_candidate(
    lessons: Sequence[Sample], serving: Model, serving_last_lesson: int, recipe: Recipe
) -> Candidate:
    """A version of all these lessons, which are in the order of their numbers."""
    held = _held_out(lessons, serving_last_lesson)
    seen = {one.incident_id for one in held}
    before = [one for one in lessons if one.incident_id not in seen]
    judged = [*held, *bootstrap_exam()]
    weights = capped(judged, recipe.person_share)
    trial = train([*bootstrap_lessons(), *before], recipe)
    model = train([*bootstrap_lessons(), *lessons], recipe)
    provenance = _provenance(lessons)
    name = sha256(f"{provenance.sha256} {recipe} {MADE_WITH}".encode()).hexdigest()[:12]
    metrics, rival = trial.judge(judged, weights), serving.judge(judged, weights)
    return Candidate(f"m{name}", model, dump(model), provenance, metrics, rival)


def _held_out(lessons: Sequence[Sample], serving_last_lesson: int) -> list[Sample]:
    """The newer half of those that are new to the serving version."""
    new = [one for one in lessons if one.number > serving_last_lesson]
    return new[(len(new) + 1) // 2 :]


def _provenance(lessons: Sequence[Sample]) -> Provenance:
    times = sorted(moment_text(one.example.at) for one in lessons)
    return Provenance(
        lessons=len(lessons),
        examples=len(bootstrap_lessons()),
        people=len({one.actor for one in lessons}),
        first=times[0] if times else "",
        last=times[-1] if times else "",
        sha256=fingerprint_of([*bootstrap_lessons(), *lessons]),
        last_lesson=max((one.number for one in lessons), default=0),
    )
