"""The intent to route incidents by rules; the handler is in `response.rules`."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from incident_hub.domain.jobs import NewJob, Priority
from incident_hub.domain.rules import RuleKind
from incident_hub.storage.rules import any_enabled

__all__ = ["BEGINNING", "rules_decide", "rules_jobs"]

BEGINNING = "1"  # the number of the event `created`
_URGENT = ("P0", "P1")


def rules_decide(connection: Connection) -> bool:
    """Whether rules have a say in who hears of what begins."""
    return any_enabled(connection, (RuleKind.ROUTE.value, RuleKind.INHIBITION.value))


def rules_jobs(
    incidents: Iterable[tuple[str, str]], event: str, number: str, key: str | None = None
) -> list[NewJob]:
    """Intents for pairs of an incident's id and severity; the urgent ones do not wait for the others."""
    urgent: list[str] = []
    rest: list[str] = []
    for incident_id, severity in incidents:
        (urgent if severity in _URGENT else rest).append(incident_id)
    return [
        _job(ids, event, number, key, priority)
        for ids, priority in ((urgent, Priority.PAGE), (rest, Priority.NORMAL))
        if ids
    ]


def _job(ids: Sequence[str], event: str, number: str, key: str | None, priority: int) -> NewJob:
    only = ids[0] if len(ids) == 1 else None
    payload = {"incidents": list(ids), "event": event, "number": number}
    return NewJob("apply_rules", payload, key, only, priority=priority)
