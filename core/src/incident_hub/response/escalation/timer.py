"""The handler of the job kind `escalate`: the timers that fired, many at a time."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection

from incident_hub.domain.jobs import Job
from incident_hub.response.escalation.conditions import Contexts, contexts_of, holds
from incident_hub.response.escalation.due import Due, hold, load_due, steps_of
from incident_hub.response.escalation.reach import Reaching, last_resort
from incident_hub.response.escalation.stepping import Step, firing_level, take_step
from incident_hub.response.escalation.writing import Writing
from incident_hub.triage.services import Services
from incident_hub.work.lease import database_now
from incident_hub.work.worker import BatchHandler, Done

__all__ = ["timer_handler"]


def timer_handler(services: Services) -> BatchHandler:
    """The handler; a job's payload is `{"run": id, "step": number}`.

    People are looked for first. What is true then of run and incident is checked again where it is written.
    """

    async def escalate(jobs: Sequence[Job]) -> Done:
        due = await services.database.read(partial(load_due, steps=steps_of(jobs)))
        reaching = Reaching(services)
        contexts = await contexts_of(((one.incident.id, _condition(one)) for one in due), services)
        steps = [await _step(one, contexts, reaching, services) for one in due]
        return Done(partial(_write, steps=steps, services=services), f"{len(due)} due") if due else Done()

    return escalate


async def _step(due: Due, contexts: Contexts, reaching: Reaching, services: Services) -> Step:
    index = firing_level(due)
    if index is None:
        return Step(due, told_last=last_resort(services))
    if not holds(_condition(due), due.incident.id, contexts):
        return Step(due)
    return Step(due, await reaching.level(due.policy.levels[index], due.incident.severity.value))


def _condition(due: Due) -> str:
    """Of the level that fires now, if one does."""
    index = firing_level(due)
    return "" if index is None else due.policy.levels[index].condition


def _write(connection: Connection, steps: Sequence[Step], services: Services) -> None:
    held = hold(connection, [step.due for step in steps])
    now = services.clock.micros()
    writing = Writing(now, database_now(connection, now))
    for step in steps:
        if step.due.run.id in held:
            take_step(writing, step, held[step.due.run.id])
    writing.write(connection)
