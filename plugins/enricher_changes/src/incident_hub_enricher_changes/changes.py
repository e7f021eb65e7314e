"""A change: what was changed from what to what, when, by whom, and which part of a system it is about."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from incident_hub_hookspecs import NO_IDENTITY, LlmIdentity

__all__ = ["KINDS", "MOST_TEXT", "Change", "told"]

KINDS = ("prompt", "model", "deployment", "config", "tool", "agent", "other")
MOST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Change:
    """`id` is the sender's own or made by the hub; a second change of that id takes the first one's place."""

    id: str
    at: datetime
    kind: str
    name: str
    before: str = ""
    after: str = ""
    by: str = ""
    url: str = ""
    service: str = ""
    llm: LlmIdentity = field(default=NO_IDENTITY)


def told(change: Change, begun: datetime) -> str:
    """As people say it: `3 min before: prompt answers@42 -> 43 by ann`."""
    version = (
        f"{change.before} -> {change.after}"
        if change.before and change.after
        else change.after or change.before
    )
    what = " ".join(filter(None, [change.kind, "@".join(filter(None, [change.name, version]))]))
    return f"{_distance(begun - change.at)}: {what}" + (f" by {change.by}" if change.by else "")


def _distance(span: timedelta) -> str:
    seconds = span.total_seconds()
    word = "before" if seconds >= 0 else "after"
    away = abs(seconds)
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if away >= size * (2 if unit != "min" else 1):
            return f"{away / size:.0f} {unit} {word}"
    return f"{away:.0f} s {word}"
