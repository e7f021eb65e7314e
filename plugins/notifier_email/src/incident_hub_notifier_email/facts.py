"""What a mail says of an incident, as pairs: cleaned, cut, and not escaped for anything yet."""

from collections.abc import Iterator
from dataclasses import fields

from incident_hub_hookspecs import Incident
from incident_hub_hookspecs.outgoing_text import one_line

__all__ = ["facts_of"]

_VALUE = 300
_LABELS = 40
_TIME = "%Y-%m-%d %H:%M:%S UTC"


def facts_of(incident: Incident) -> list[tuple[str, str]]:
    """Names and values, the empty ones left out."""
    found = ((one_line(name, 80), one_line(value, _VALUE)) for name, value in _all(incident))
    return [(name, value) for name, value in found if value]


def _all(incident: Incident) -> Iterator[tuple[str, str]]:
    yield "Severity", incident.severity.value
    yield "State", incident.state.value
    yield "Type", incident.type.value
    yield "Source", incident.source
    yield "Alerts", str(incident.count)
    yield "First seen", f"{incident.first_seen:{_TIME}}"
    yield "Last seen", f"{incident.last_seen:{_TIME}}"
    yield "Acknowledged by", incident.acknowledged_by
    yield "Resolved", f"{incident.resolved_at:{_TIME}}" if incident.resolved_at else ""
    yield "Resolution", incident.resolution_notes
    yield "Resources", ", ".join(incident.resources[:20])
    for part in fields(incident.llm):
        yield part.name.replace("_", " ").capitalize(), getattr(incident.llm, part.name)
    for name, value in list(incident.labels.items())[:_LABELS]:
        yield f"Label {name}", value
    yield "Incident", incident.id
