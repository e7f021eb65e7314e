"""The plugin's part of the GraphQL schema: `classifierModel`, as query and as mutation."""

import asyncio
from datetime import datetime

import strawberry
from incident_hub_hookspecs import GraphQLPart, Severity
from strawberry.types import Info

from incident_hub_classifier_model.desk import Comparison, Desk
from incident_hub_classifier_model.metrics import Metrics
from incident_hub_classifier_model.records import Version
from incident_hub_classifier_model.trainer import Retrained

__all__ = ["graphql_part"]

WAIT_SECONDS = 2.0  # for a retraining; a longer one goes on by itself


@strawberry.type(description="How good a version is at one severity, on lessons that it had not seen.")
class ClassifierModelSeverityMetrics:
    """Shows a `ClassMetrics`."""

    severity: Severity
    precision: float
    recall: float
    f1: float
    support: float


@strawberry.type(description="How good a version is on lessons that it had not seen.")
class ClassifierModelMetrics:
    """Shows a `Metrics`."""

    macro_f1: float
    accuracy: float
    ece: float = strawberry.field(description="The expected calibration error: 0 when confidence is honest.")
    lessons: int
    severities: list[ClassifierModelSeverityMetrics]


@strawberry.type(description="What a version was trained on.")
class ClassifierModelProvenance:
    """Shows a `Provenance`."""

    lessons: int = strawberry.field(description="What people taught.")
    examples: int = strawberry.field(description="What ships with the model.")
    people: int
    first: datetime | None
    last: datetime | None
    sha256: str


@strawberry.type(description="A version of the model.")
class ClassifierModelVersion:
    """Shows a `Version`."""

    id: strawberry.ID
    created_at: datetime
    made_by: str
    serving: bool
    promoted_by: str | None
    promoted_at: datetime | None
    trained_on: ClassifierModelProvenance
    metrics: ClassifierModelMetrics


@strawberry.type(description="Two versions beside each other; differences are the second less the first.")
class ClassifierModelComparison:
    """Shows a `Comparison`."""

    a: ClassifierModelVersion
    b: ClassifierModelVersion
    macro_f1_difference: float
    ece_difference: float
    lessons: int = strawberry.field(description="The newest lessons, which both were asked about.")
    same: int = strawberry.field(description="On how many of them they say the same.")


@strawberry.type(description="What came of a retraining. While `running`, it goes on in the background.")
class ClassifierModelRetraining:
    """Shows a `Retrained`."""

    running: bool
    version: strawberry.ID | None = None
    promoted: bool = False
    why: str = ""


def graphql_part(desk: Desk) -> GraphQLPart:
    """The part over this desk."""

    async def all_versions() -> list[ClassifierModelVersion]:
        return [_version(one) for one in await desk.versions()]

    async def the_serving() -> ClassifierModelVersion | None:
        return next((_version(one) for one in await desk.versions() if one.serving), None)

    async def compared(a: strawberry.ID, b: strawberry.ID) -> ClassifierModelComparison:
        return _comparison(await desk.compare(a, b))

    async def promoted(info: Info, id: strawberry.ID) -> ClassifierModelVersion:  # noqa: A002 - the field's word
        return _version(await desk.promote(id, info.context.actor))

    async def rolled_back(info: Info) -> ClassifierModelVersion:
        return _version(await desk.roll_back(info.context.actor))

    async def retrained(info: Info) -> ClassifierModelRetraining:
        task = desk.trainer.start(info.context.actor)
        await asyncio.wait({task}, timeout=WAIT_SECONDS)
        return _retraining(task.result()) if task.done() else ClassifierModelRetraining(running=True)

    @strawberry.type(description="The learnt severity model.")
    class ClassifierModelQuery:
        versions: list[ClassifierModelVersion] = strawberry.field(
            resolver=all_versions, description="Every version that is kept, the newest first."
        )
        serving: ClassifierModelVersion | None = strawberry.field(
            resolver=the_serving, description="The one that answers."
        )
        compare: ClassifierModelComparison = strawberry.field(
            resolver=compared, description="Two versions beside each other."
        )

    @strawberry.type(description="Changes of the learnt severity model.")
    class ClassifierModelMutation:
        promote: ClassifierModelVersion = strawberry.field(
            resolver=promoted, description="Let a version serve, in every process."
        )
        rollback: ClassifierModelVersion = strawberry.field(
            resolver=rolled_back,
            description="Let the version serve that served before; its answer is that version.",
        )
        retrain: ClassifierModelRetraining = strawberry.field(
            resolver=retrained, description="Train a version on all lessons; policy says whether it serves."
        )

    return GraphQLPart(query=ClassifierModelQuery, mutation=ClassifierModelMutation)


def _version(one: Version) -> ClassifierModelVersion:
    told = one.trained_on
    return ClassifierModelVersion(
        id=strawberry.ID(one.id),
        created_at=one.created_at,
        made_by=one.made_by,
        serving=one.serving,
        promoted_by=one.promoted_by or None,
        promoted_at=one.promoted_at,
        trained_on=ClassifierModelProvenance(
            lessons=told.lessons, examples=told.examples, people=told.people,
            first=_moment(told.first), last=_moment(told.last), sha256=told.sha256,
        ),
        metrics=_metrics(one.metrics),
    )  # fmt: skip


def _metrics(one: Metrics) -> ClassifierModelMetrics:
    severities = [
        ClassifierModelSeverityMetrics(
            severity=Severity(each.severity), precision=each.precision, recall=each.recall, f1=each.f1,
            support=each.support,
        )
        for each in one.classes
    ]  # fmt: skip
    return ClassifierModelMetrics(
        macro_f1=one.macro_f1, accuracy=one.accuracy, ece=one.ece, lessons=one.count, severities=severities
    )


def _comparison(one: Comparison) -> ClassifierModelComparison:
    return ClassifierModelComparison(
        a=_version(one.a),
        b=_version(one.b),
        macro_f1_difference=one.b.metrics.macro_f1 - one.a.metrics.macro_f1,
        ece_difference=one.b.metrics.ece - one.a.metrics.ece,
        lessons=one.lessons,
        same=one.same,
    )


def _retraining(one: Retrained) -> ClassifierModelRetraining:
    return ClassifierModelRetraining(
        running=False, version=strawberry.ID(one.version), promoted=one.promoted, why=one.why
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
