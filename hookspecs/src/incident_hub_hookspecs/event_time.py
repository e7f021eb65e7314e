"""For plugins that compare incidents: when a problem burned, whenever the hub heard of it."""

from datetime import datetime

from incident_hub_hookspecs.records import Incident

__all__ = ["burned_last"]


def burned_last(incident: Incident) -> datetime:
    """When it was seen to burn for the last time: no later than its end, where it has one."""
    ended = incident.resolved_at
    return incident.last_seen if ended is None else min(incident.last_seen, ended)
