"""An incident as an Adaptive Card 1.4, in the message that a Teams workflow takes."""

import re
from collections.abc import Mapping, Sequence

from incident_hub_hookspecs import Incident, Notification, Severity
from incident_hub_hookspecs.outgoing_text import one_line, readable

__all__ = ["message_of"]

_STYLES = {
    Severity.P0: "attention",
    Severity.P1: "attention",
    Severity.P2: "warning",
    Severity.P3: "accent",
    Severity.P4: "accent",
}
# Teams takes 28 KB: so much text stays below it whatever it is made of.
_TITLE, _FACT, _TEXT, _KEY, _OTHERS = 200, 200, 3000, 255, 10
# What is markup to a card: links, pictures, emphasis, lists, and mentions.
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+!|~-])")


def message_of(notification: Notification, url: str) -> Mapping[str, object]:
    """`{"type": "message", "attachments": [card]}`; the key stands in the card's `id`."""
    card: dict[str, object] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": one_line(notification.text, _TITLE) or "Incident",
        "msteams": {"width": "Full"},
        "body": _body(notification),
    }
    if url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open the incident", "url": url}]
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def _body(notification: Notification) -> list[dict[str, object]]:
    incident = notification.incident
    head = {
        "type": "Container",
        "id": one_line(notification.key, _KEY) or "incident",
        "style": _STYLES[incident.severity] if incident.state.active else "good",
        "bleed": True,
        "items": [_block(f"[{incident.severity.value}] {one_line(incident.title, _TITLE)}", bold=True)],
    }
    happened = one_line(notification.event, 60).replace("_", " ").capitalize()
    parts: list[dict[str, object]] = [head, {"type": "FactSet", "facts": _facts(incident, happened)}]
    if not notification.others and (described := readable(incident.description, _TEXT)):
        parts.append(_block(described))
    shown = notification.others[:_OTHERS]
    parts.extend(_block(f"[{one.severity.value}] {one_line(one.title, _TITLE)}") for one in shown)
    if left := len(notification.others) - len(shown):
        parts.append(_block(f"and {left} more"))
    return parts


def _block(text: str, *, bold: bool = False) -> dict[str, object]:
    block: dict[str, object] = {"type": "TextBlock", "text": _plain(text), "wrap": True}
    return block | ({"weight": "Bolder", "size": "Medium"} if bold else {})


def _facts(incident: Incident, happened: str) -> Sequence[Mapping[str, str]]:
    told = {
        "Event": happened,
        "State": incident.state.value,
        "Source": incident.source,
        "Type": incident.type.value,
        "Service": incident.labels.get("service", ""),
        "Model": incident.llm.model,
        "Alerts": str(incident.count),
        "First seen": f"{incident.first_seen:%Y-%m-%d %H:%M:%S} UTC",
        "Acknowledged by": incident.acknowledged_by,
        "Resources": ", ".join(incident.resources[:5]),
        "Incident": incident.id,
    }
    cleaned = {name: one_line(value, _FACT) for name, value in told.items()}
    return [{"title": name, "value": _plain(value)} for name, value in cleaned.items() if value]


def _plain(text: str) -> str:
    """Markdown as the characters that it is made of; a line end needs two, to be one."""
    return _MARKUP.sub(r"\\\1", text).replace("\n", "\n\n")
