"""Playbook actions as durable intents: asked for in a transaction, run by a worker, never twice by accident."""

from collections.abc import Callable, Mapping

import orjson
from incident_hub_hookspecs import ActionResult, Decision, DeliveryError, Incident
from sqlalchemy import Connection

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.jobs import Job, NewJob
from incident_hub.domain.redaction import redact
from incident_hub.events.append import append_events
from incident_hub.host.read_only import read_only
from incident_hub.response.authorization import Ruling, ask, request_of
from incident_hub.storage.incidents import find_incident, incident_view
from incident_hub.triage.checks import clean
from incident_hub.triage.findings import error_text
from incident_hub.triage.services import Services
from incident_hub.work.queue import enqueue
from incident_hub.work.worker import Done, GiveUp, Handler, Retry

__all__ = ["action_handler", "request_action"]

OUTPUT_LIMIT = 16 * 1024
Effects = Callable[[Connection], None]


def request_action(
    connection: Connection,
    incident_id: str,
    action: str,
    params: Mapping[str, object],
    *,
    dry_run: bool,
    actor: str,
    key: str,
    now: int,
) -> None:
    """Write the intent to run an action; the same `key` asks once."""
    payload = {"action": action, "params": dict(params), "dry_run": dry_run, "actor": actor}
    job = NewJob("action", payload, f"action:{incident_id}:{key}"[:200], incident_id)
    enqueue(connection, [job], now)


def action_handler(services: Services) -> Handler:
    """The handler of the job kind `action`."""

    async def run(job: Job) -> Done:
        name, dry_run = str(job.payload.get("action")), bool(job.payload.get("dry_run"))
        if name not in services.registry.actions:
            raise _given_up(job, f"no plugin brings the action {name}", services)
        if job.attempts > 1 and not dry_run and not services.registry.actions[name][1].idempotent:
            raise _given_up(job, "unknown: an earlier try did not end, and it must not run twice", services)
        one = await services.database.read(lambda connection: _read(connection, job))
        if one is None:
            raise _given_up(job, "the incident is gone", services)
        ruling = await ask(request_of(one, name, services.registry.actions[name][1], job.payload), services)
        if ruling.decision is not Decision.ALLOW:
            return _refused(job, ruling, services)
        return await _run(job, name, one, services)

    return run


def _refused(job: Job, ruling: Ruling, services: Services) -> Done:
    """It is not run, and that ends it: asking again asks anew. Nobody can give an approval yet."""
    kind = EventType.ACTION_DENIED
    if ruling.decision is Decision.NEEDS_APPROVAL:
        kind = EventType.ACTION_NEEDS_APPROVAL
    return Done(_effects(job, kind, ruling.told(), services), f"{ruling.decision.value}: {ruling.reason}")


async def _run(job: Job, name: str, one: Incident, services: Services) -> Done:
    deadline = services.config.actions.deadline_seconds
    plugin, action = services.registry.actions[name]
    outcome = await services.dispatcher.call(
        plugin,
        action.run,
        one,
        read_only(job.payload.get("params") or {}),
        job.key or job.id,
        deadline=deadline,
        circuit=action.name,
        dry_run=bool(job.payload.get("dry_run")),
        context=services.context(plugin, deadline, one.id),
    )
    if outcome.error is not None:
        raise _failed(job, name, outcome.error, services)
    if not isinstance(outcome.value, ActionResult):
        raise _given_up(job, "unknown: it did not answer with an ActionResult", services)
    said = {"summary": clean(str(outcome.value.summary)), "output": _output(outcome.value.output)}
    return Done(_effects(job, EventType.ACTION_EXECUTED, said, services), "executed")


def _read(connection: Connection, job: Job) -> Incident | None:
    row = find_incident(connection, job.incident_id or "")
    return None if row is None else incident_view(row)


def _failed(job: Job, name: str, error: BaseException, services: Services) -> Exception:
    """Another try for what may be tried again; a timeout of what may not leaves its end unknown."""
    idempotent = services.registry.actions[name][1].idempotent
    refused = isinstance(error, DeliveryError) and not error.retry
    if refused or not idempotent or job.attempts >= services.config.work.max_attempts:
        unknown = not idempotent and not isinstance(error, DeliveryError)
        return _given_up(job, ("unknown: " if unknown else "") + error_text(error), services)
    return Retry(error_text(error), getattr(error, "retry_after", None))


def _output(output: object) -> object:
    """The output as redacted JSON; what is no JSON, or too long, is named instead."""
    try:
        text = redact(orjson.dumps(output, default=dict).decode())
    except (TypeError, ValueError, RecursionError) as error:
        return {"error": f"the output is not JSON: {error_text(error)}"}
    return orjson.loads(text) if len(text) <= OUTPUT_LIMIT else {"error": f"{len(text)} characters of output"}


def _given_up(job: Job, why: str, services: Services) -> GiveUp:
    return GiveUp(why, _effects(job, EventType.ACTION_FAILED, {"error": why}, services))


def _effects(job: Job, kind: EventType, said: Mapping[str, object], services: Services) -> Effects:
    data = {"action": job.payload.get("action"), "dry_run": bool(job.payload.get("dry_run")), **said}
    actor = str(job.payload.get("actor") or "hub:action")[:255]

    def effects(connection: Connection) -> None:
        append_events(connection, [NewEvent(job.incident_id, kind, services.clock.micros(), actor, data)])

    return effects
