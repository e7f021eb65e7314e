"""The handler of the job kind `start_escalation`: incidents that are new, came back or became worse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from incident_hub_hookspecs import Incident
from sqlalchemy import Connection, select

from incident_hub.domain.escalation import LIVE, EscalationPolicy, RunState
from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.jobs import Job
from incident_hub.events.append import append_events
from incident_hub.lifecycle.runs import NEW
from incident_hub.response.escalation.choosing import Wish, wishes
from incident_hub.response.escalation.conditions import Contexts, contexts_of, holds
from incident_hub.response.escalation.course import Place
from incident_hub.response.escalation.document import policy_of
from incident_hub.response.escalation.starting import start_run
from incident_hub.response.escalation.stepping import HELD_BY_SILENCE
from incident_hub.response.escalation.writing import ACTOR, Writing
from incident_hub.storage.escalations import RunRow, documents
from incident_hub.storage.reading.escalations import latest_runs
from incident_hub.storage.tables import incident
from incident_hub.triage.batch import IDS, load_views
from incident_hub.triage.services import Services
from incident_hub.work.lease import database_now
from incident_hub.work.worker import BatchHandler, Done

__all__ = ["start_handler"]

_WANTING = (
    select(incident.c.id)
    .where(
        incident.c.id.in_(IDS), incident.c.state.not_in(("resolved", "closed")), incident.c.merged_into.is_(None),
        incident.c.acknowledged_by.is_(None), incident.c.silenced_by.is_(None),
    )
    .order_by(incident.c.id)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """What becomes of one incident: the policy it starts, if any, and those named that nobody has."""

    incident: str
    policy: EscalationPolicy | None
    because: Mapping[str, object]
    missing: Sequence[str] = ()


def start_handler(services: Services) -> BatchHandler:
    """The handler; a job's payload is `{"incidents": [ids], "why": text}`. Twice it starts nothing twice."""

    async def start(jobs: Sequence[Job]) -> Done:
        asked = _asked(jobs)
        found, runs = await services.database.read(partial(_wanting, ids=sorted(asked)))
        if not found:
            return Done()
        named = {key: await _named(one, runs.get(key), services) for key, one in sorted(found.items())}
        policies = await services.database.read(partial(_policies, named=named))
        pairs = [
            (key, policies[w.policy].condition)
            for key, ws in named.items()
            for w in ws
            if w.policy in policies
        ]
        contexts = await contexts_of(pairs, services)
        choices = [_choice(key, asked[key], wished, policies, contexts) for key, wished in named.items()]
        return Done(partial(_begin, choices=choices, services=services), f"{len(choices)} incidents")

    return start


def _asked(jobs: Sequence[Job]) -> dict[str, str]:
    found: dict[str, str] = {}
    for job in jobs:
        given = job.payload.get("incidents")
        ids = given if isinstance(given, list) else []
        found.update((str(key), str(job.payload.get("why", ""))) for key in ids)
    return found


def _wanting(connection: Connection, ids: Sequence[str]) -> tuple[dict[str, Incident], dict[str, RunRow]]:
    """Those of the incidents that nobody has and that are heard, with the latest run that each had."""
    wanting = [row.id for row in connection.execute(_WANTING, {"ids": list(ids)})]
    return load_views(connection, wanting), latest_runs(connection, sorted(wanting))


async def _named(one: Incident, last: RunRow | None, services: Services) -> list[Wish]:
    """The policies named for it; what came back goes through the policy of its last time."""
    again = [Wish(last.policy_id, {"again": last.id})] if last and last.state == RunState.RESOLVED else []
    return [*again, *await wishes(one, services)]


def _policies(connection: Connection, named: Mapping[str, Sequence[Wish]]) -> dict[str, EscalationPolicy]:
    texts = documents(connection, {wish.policy for wished in named.values() for wish in wished})
    return {key: policy_of(text) for key, text in texts.items()}


def _choice(
    key: str, why: str, wished: Sequence[Wish], policies: Mapping[str, EscalationPolicy], contexts: Contexts
) -> Choice:
    """The first policy named for it that there is and that takes it."""
    missing: list[str] = []
    for wish in wished:
        policy = policies.get(wish.policy)
        if policy is None:
            missing.append(wish.policy)
        elif holds(policy.condition, key, contexts):
            return Choice(key, policy, {**wish.because, "why": why, "new": why == NEW}, missing)
    return Choice(key, None, {}, missing)


def _begin(connection: Connection, choices: Sequence[Choice], services: Services) -> None:
    """Begin what is still wanted, the incidents held in the order in which everybody does."""
    ids = [one.incident for one in choices]
    held = connection.execute(_WANTING.with_for_update(key_share=True), {"ids": ids})
    wanting = {row.id for row in held}
    now = services.clock.micros()
    runs = latest_runs(connection, sorted(wanting))
    for one in choices:
        if one.incident not in wanting:
            continue
        run = runs.get(one.incident)
        if run is not None and run.state in LIVE:
            _released(connection, run, now)
            continue
        _say_missing(connection, one, now)
        if one.policy is not None:
            start_run(connection, one.incident, one.policy, actor=ACTOR, because=one.because, now=now)


def _released(connection: Connection, run: RunRow, now: int) -> None:
    """A run that waited for a silence to end goes on; any other one is left as it is."""
    if run.state == RunState.PAUSED and run.stopped_by == HELD_BY_SILENCE:
        writing = Writing(now, database_now(connection, now))
        writing.wait(run, Place(run.level, run.round, 0))
        writing.say(run, EventType.ESCALATION_RESUMED, why="the incident is heard again")
        writing.write(connection)


def _say_missing(connection: Connection, one: Choice, now: int) -> None:
    """Who named a policy that is not there hears of it from the timeline, and from the auditor."""
    events = [
        NewEvent(one.incident, EventType.ESCALATION_FAILED, now, ACTOR, {
            "policy": name, "error": "there is no enabled escalation policy of this id",
        })
        for name in one.missing
    ]  # fmt: skip
    append_events(connection, events)
