"""Whether somebody still has to hear of it: what was true when it was asked for may be over."""

from collections.abc import Mapping

from incident_hub_hookspecs import Incident, IncidentState
from sqlalchemy import Connection

from incident_hub.storage.incidents import find_incident, incident_view

__all__ = ["incident_now", "needless", "overtaken"]

_BEGINNINGS = ("created", "reopened")
_ENDS = ("resolved", "closed")


def incident_now(connection: Connection, incident_id: str) -> Incident | None:
    """The incident as it stands; None when it is gone or folded into another."""
    row = find_incident(connection, incident_id)
    return None if row is None or row["merged_into"] else incident_view(row)


def overtaken(payload: Mapping[str, object], one: Incident) -> str:
    """Why what had to wait (a delay, quiet hours) need not be sent any more; empty when it has to.

    It says `unless_acknowledged` when nobody had the incident yet as the page was made.
    """
    if payload.get("unless_acknowledged") and one.acknowledged_by:
        return "somebody has acknowledged it meanwhile"
    return ""


def needless(event: str, one: Incident, sent: bool | None = None) -> str:
    """Why nobody need hear of it any more; empty when somebody has to.

    `sent` says whether this place was told of the beginning; None: nothing was, so far.
    """
    if event in _BEGINNINGS:
        if not one.state.active:
            return "the incident has ended"
        return "somebody has acknowledged it" if one.acknowledged_by else ""
    if event == "resolved" and one.state not in (IncidentState.RESOLVED, IncidentState.CLOSED):
        return "the incident has come back"
    if event == "resolved" and sent is False:
        return "its beginning was not sent either"
    return "" if event in _ENDS or one.state.active else "the incident has ended"
