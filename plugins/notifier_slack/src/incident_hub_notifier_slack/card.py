"""One message for one incident, in Block Kit: what it is, how it stands, and what one can do about it."""

from collections.abc import Mapping, Sequence

from incident_hub_hookspecs import Incident, Severity

from incident_hub_notifier_slack.markup import escaped, markdown, plain, text_line

__all__ = ["ACTIONS", "COLOURS", "OPEN", "card", "remark"]

COLOURS = {
    Severity.P0: "#d00000",
    Severity.P1: "#ff6b35",
    Severity.P2: "#f7b801",
    Severity.P3: "#0077b6",
    Severity.P4: "#00b4d8",
}
ENDED = "#2eb67d"
OPEN = "incident_hub_open"
ACTIONS = ("acknowledge", "resolve", "escalate")
# Slack refuses what is longer.
HEADER, SECTION, FIELD, FALLBACK, BLOCK_ID = 150, 3000, 300, 300, 255
_SHOWN = 1500  # of a description


def card(incident: Incident, key: str, url: str, *, buttons: bool) -> dict[str, object]:
    """The parts `text` and `attachments` of a message; `key` is its footer's `block_id`."""
    title = f"[{incident.severity.value}] {incident.title}"
    blocks: list[dict[str, object]] = [
        {"type": "header", "text": plain(title, HEADER)},
        {"type": "section", "fields": _fields(incident)},
    ]
    if described := escaped(incident.description, _SHOWN):
        blocks.append({"type": "section", "text": markdown(described)})
    blocks.append(_footer(incident, key))
    if choices := _choices(incident, url, buttons=buttons):
        blocks.append({"type": "actions", "elements": choices})
    colour = COLOURS[incident.severity] if incident.state.active else ENDED
    fallback = text_line(title, FALLBACK)
    return {
        "text": fallback,
        "attachments": [{"color": colour, "fallback": fallback, "blocks": blocks}],
    }


def remark(text: str, key: str) -> dict[str, object]:
    """A reply in the thread: one line about what happened."""
    line = text_line(text, SECTION) or "-"
    section = {"type": "section", "block_id": key[:BLOCK_ID], "text": markdown(line)}
    return {"text": line[:SECTION], "blocks": [section]}


def _fields(incident: Incident) -> Sequence[Mapping[str, object]]:
    """At most ten, as Slack has it."""
    told = {
        "Severity": incident.severity.value,
        "State": incident.state.value,
        "Source": incident.source,
        "Type": incident.type.value,
        "Service": incident.labels.get("service", ""),
        "Model": incident.llm.model,
        "Alerts": str(incident.count) if incident.count > 1 else "",
        "Acknowledged by": incident.acknowledged_by,
        "Resources": ", ".join(incident.resources[:5]),
    }
    return [markdown(f"*{name}*\n{text_line(value, FIELD)}") for name, value in told.items() if value.strip()]


def _footer(incident: Incident, key: str) -> dict[str, object]:
    since = f"<!date^{int(incident.first_seen.timestamp())}^since {{date_short_pretty}} {{time}}^"
    told = f"{since}since {incident.first_seen:%Y-%m-%d %H:%M} UTC> | {text_line(incident.id, FIELD)}"
    return {"type": "context", "block_id": key[:BLOCK_ID], "elements": [markdown(told)]}


def _choices(incident: Incident, url: str, *, buttons: bool) -> list[dict[str, object]]:
    """Only what can be done to it now."""
    wanted = [name for name in ACTIONS if buttons and _possible(name, incident)]
    found: list[dict[str, object]] = [_button(name, incident.id) for name in wanted]
    if url:
        label = plain("Open", 75)
        found.append({"type": "button", "action_id": OPEN, "text": label, "url": url})
    return found


def _possible(name: str, incident: Incident) -> bool:
    if not incident.state.active or not incident.id.isprintable():
        return False
    if name == "acknowledge":
        return not incident.acknowledged_by
    return name == "resolve" or incident.severity is not Severity.P0


def _button(name: str, incident_id: str) -> dict[str, object]:
    button: dict[str, object] = {
        "type": "button",
        "action_id": f"incident_hub_{name}",
        "text": plain(name.capitalize(), 75),
        "value": incident_id[:2000],
    }
    return button | ({"style": "primary"} if name == "acknowledge" else {})
