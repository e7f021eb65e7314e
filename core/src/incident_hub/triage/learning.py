"""The handler of the job kind `learn`: what people said, handed to every classifier that learns."""

from collections.abc import Sequence

from incident_hub_hookspecs import Feedback, FeedbackKind, IncidentType, Learner, Severity
from sqlalchemy import Connection, select

from incident_hub.domain.jobs import Job
from incident_hub.domain.times import to_datetime
from incident_hub.host.dispatch import Call
from incident_hub.storage.tables import feedback
from incident_hub.triage.batch import IDS, load_views
from incident_hub.triage.findings import error_text
from incident_hub.triage.services import Services
from incident_hub.work.worker import BatchHandler, Done, Retry

__all__ = ["learn_handler"]

_SAID = select(feedback).where(feedback.c.id.in_(IDS)).order_by(feedback.c.id)


def learn_handler(services: Services) -> BatchHandler:
    """The handler; each job's payload is `{"feedback": id}`. Jobs that wait are learnt together."""

    async def learn(jobs: Sequence[Job]) -> Done:
        ids = sorted({str(job.payload.get("feedback")) for job in jobs})
        said = await services.database.read(lambda connection: _load(connection, ids))
        learners = [(name, one) for name, one in services.registry.classifiers if isinstance(one, Learner)]
        deadline = services.config.triage.learn_seconds
        calls = [Call(n, one.learn, (tuple(said), services.context(n, deadline))) for n, one in learners]
        outcomes = await services.dispatcher.gather(calls, deadline) if said else []
        failed = [f"{one.plugin}: {error_text(one.error)}" for one in outcomes if one.error is not None]
        if failed:
            raise Retry("; ".join(failed))
        return Done(result=f"{len(said)} lessons for {len(learners)} classifiers")

    return learn


def _load(connection: Connection, ids: Sequence[str]) -> list[Feedback]:
    rows = connection.execute(_SAID, {"ids": list(ids)}).all()
    incidents = load_views(connection, [row.incident_id for row in rows])
    return [
        Feedback(
            incidents[row.incident_id],
            FeedbackKind(row.kind),
            row.actor,
            to_datetime(row.at),
            Severity(row.severity) if row.severity else None,
            IncidentType(row.type) if row.type else None,
        )
        for row in rows
        if row.incident_id in incidents
    ]
