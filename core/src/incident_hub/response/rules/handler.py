"""The handler of the job kind `apply_rules`: incidents that began, came back, or are heard again."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection

from incident_hub.domain.jobs import Job
from incident_hub.intake.inhibiting import Inhibitor
from incident_hub.intake.rulebook import RuleBook, read_book
from incident_hub.lifecycle.errors import IncidentNotFoundError
from incident_hub.lifecycle.runs import NEW, start_job
from incident_hub.response.escalation.choosing import wishes
from incident_hub.response.facts import condition_contexts
from incident_hub.response.rules.applying import Wanted, apply_decision
from incident_hub.response.rules.deciding import decide
from incident_hub.storage.escalations import any_policy
from incident_hub.triage.services import Services
from incident_hub.work.queue import enqueue
from incident_hub.work.worker import BatchHandler, Done

__all__ = ["rules_handler"]


def rules_handler(services: Services) -> BatchHandler:
    """The handler; each job's payload is `{"incidents": [ids], "event": "created", "number": "1"}`.

    The same event of an incident tells nobody twice: each intent has a key.
    """

    async def route(jobs: Sequence[Job]) -> Done:
        asked = _asked(jobs)
        contexts = await condition_contexts(services, sorted({key for key, _, _ in asked}))
        book, policies = await services.database.read(lambda c: (read_book(c), any_policy(c)))
        wanted: list[Wanted] = []
        for key, happened, number in sorted(asked):
            if key in contexts:
                decision = decide(contexts[key], book.routes)
                named = (
                    await wishes(contexts[key].incident, services) if policies and not decision.policy else []
                )
                wanted.append(Wanted(key, happened, number, decision, [one.policy for one in named]))
        effects = partial(_apply, wanted=wanted, book=book, services=services, escalates=policies)
        return Done(effects, f"{len(wanted)} incidents")

    return route


def _asked(jobs: Sequence[Job]) -> set[tuple[str, str, str]]:
    found: set[tuple[str, str, str]] = set()
    for job in jobs:
        given = job.payload.get("incidents")
        happened, number = str(job.payload.get("event")), str(job.payload.get("number"))
        found |= {(str(key), happened, number) for key in (given if isinstance(given, list) else [])}
    return found


def _apply(
    connection: Connection, wanted: Sequence[Wanted], book: RuleBook, services: Services, *, escalates: bool
) -> None:
    """Incident by incident, in the order in which everybody holds them."""
    now = services.clock.micros()
    inhibitor = Inhibitor(connection, book.inhibitions, [one.incident for one in wanted])
    for one in wanted:
        one.jobs, one.escalates = [], False
        try:
            apply_decision(connection, one, inhibitor, services, now)
        except IncidentNotFoundError:
            continue
    starts = {
        why: [w.incident for w in wanted if w.escalates and _why(w) == why] for why in {*map(_why, wanted)}
    }
    enqueue(connection, [job for one in wanted for job in one.jobs], now)
    if escalates or services.config.escalation.default_policy:
        enqueue(connection, [start_job(ids, why) for why, ids in sorted(starts.items()) if ids], now)


def _why(one: Wanted) -> str:
    return NEW if one.happened == "created" else "it came back"
