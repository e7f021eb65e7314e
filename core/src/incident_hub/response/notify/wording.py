"""The line that says it all, on every channel."""

from collections.abc import Sequence

from incident_hub_hookspecs import Incident

from incident_hub.triage.checks import clean

__all__ = ["digest_text", "notification_text"]


def notification_text(one: Incident, event: str) -> str:
    """`[P1] title (source)`, with what happened unless it is new."""
    happened = "" if event == "created" else f"{event}: "
    return clean(f"[{one.severity.value}] {happened}{one.title} ({one.source})")


def digest_text(incidents: Sequence[Incident], event: str) -> str:
    """`[P1] 12 incidents, first: title (source)`; the worst comes first."""
    first = incidents[0]
    happened = "" if event == "created" else f"{event}: "
    told = f"{happened}{len(incidents)} incidents, first: {first.title} ({first.source})"
    return clean(f"[{first.severity.value}] {told}")
