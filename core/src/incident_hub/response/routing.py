"""The handler of the job kind `route`: who hears that an incident ended or came back."""

from incident_hub_hookspecs import IncidentState
from sqlalchemy import Connection

from incident_hub.domain.jobs import Job, NewJob
from incident_hub.domain.rules import FLAPPING
from incident_hub.lifecycle.routed import rules_decide, rules_jobs
from incident_hub.response.deliveries import asked_before, heard
from incident_hub.response.paging.ends import ends_of_pages
from incident_hub.storage.incidents import find_incident
from incident_hub.triage.route import named_targets, notify_job, wants
from incident_hub.triage.services import Services
from incident_hub.work.notifications import enqueue_notifications
from incident_hub.work.worker import Done, Handler

__all__ = ["route_handler"]


def route_handler(services: Services) -> Handler:
    """The handler; a job's payload is `{"incident": id, "event": "resolved"}`, `reopened` or the like."""

    async def route(job: Job) -> Done:
        def effects(connection: Connection) -> None:
            now = services.clock.micros()
            wanted = [*_chosen(connection, job, services), *_rules(connection, job)]
            enqueue_notifications(connection, wanted, now)

        return Done(effects)

    return route


def _chosen(connection: Connection, job: Job, services: Services) -> list[NewJob]:
    """Who was told of the beginning hears of the end, silenced or not; the rest by their own rules."""
    incident_id, event = str(job.payload.get("incident")), str(job.payload.get("event"))
    row = find_incident(connection, incident_id)
    if row is None or row["merged_into"] or _outdated(event, IncidentState(row["state"])):
        return []
    if row["silenced_by"] == FLAPPING:  # how it ends is told when it lasts
        return []
    targets = named_targets(services.config.notify.targets, services.registry.notifiers)
    told: set[str] = set()
    if event == "resolved" and targets:
        told = asked_before(connection, incident_id, [name for name, _ in targets])
        told |= {name for name, sent in heard(connection, incident_id).items() if sent}
    number = _number(job)
    paged = ends_of_pages(connection, incident_id, number, row["severity"]) if event == "resolved" else []
    return paged + [
        notify_job(incident_id, event, number, name, row["severity"])
        for name, target in targets
        if event in target.on
        and (name in told or (not row["silenced_by"] and wants(target, event, row["severity"])))
    ]


def _rules(connection: Connection, job: Job) -> list[NewJob]:
    """What came back goes by the rules again."""
    incident_id, event = str(job.payload.get("incident")), str(job.payload.get("event"))
    row = find_incident(connection, incident_id) if event == "reopened" and rules_decide(connection) else None
    if row is None or row["merged_into"] or not IncidentState(row["state"]).active:
        return []
    return rules_jobs([(incident_id, row["severity"])], event, _number(job), f"rules:{job.key}")


def _number(job: Job) -> str:
    """Tells repeats of the event apart."""
    return (job.key or job.id).rsplit(":", 1)[-1]


def _outdated(event: str, state: IncidentState) -> bool:
    """Whether the incident came back or ended again meanwhile; that has an intent of its own."""
    return (event == "resolved" and state.active) or (event == "reopened" and not state.active)
