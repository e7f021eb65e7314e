"""Silences: matchers over an alert's labels, in force for a time. A silence mutes, it never drops."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection

from incident_hub.domain.rules import MaintenanceWindow, MatcherSetting, Mute, RuleKind, mute_of, occurrence
from incident_hub.domain.times import to_datetime, to_micros
from incident_hub.intake.prepare import PreparedAlert
from incident_hub.intake.rulebook import rule_of
from incident_hub.storage.bulk import select_rows

__all__ = [
    "ActiveSilence",
    "Matcher",
    "active_silences",
    "matched_labels",
    "matchers_of",
    "silenced_by",
    "silences_of",
]

_ACTIVE = (
    "SELECT id, matchers, '' FROM silence WHERE ends_at > ? AND starts_at <= ? "
    "UNION ALL SELECT id, document, kind FROM rule WHERE kind = 'maintenance_window' AND enabled = 1"
)
_MAX_PATTERN = 512


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on a label, as Alertmanager writes it; an absent label counts as empty."""

    name: str
    value: str
    is_regex: bool = False
    is_equal: bool = True

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels meet the condition; a pattern must match the whole value."""
        have = labels.get(self.name, "")
        hit = bool(_pattern(self.value).fullmatch(have)) if self.is_regex else have == self.value
        return hit is self.is_equal


@dataclass(frozen=True, slots=True)
class ActiveSilence:
    """A silence in force, or a maintenance window; `id` is what a muted incident says of it."""

    id: str
    matchers: tuple[Matcher, ...]


def active_silences(connection: Connection, now: int) -> list[ActiveSilence]:
    """The silences and maintenance windows in force at `now`; silences come first."""
    rows = select_rows(connection, _ACTIVE, (now, now))
    found = [ActiveSilence(key, _matchers(text)) for key, text, kind in rows if not kind]
    return found + [one for _, text, kind in rows if kind and (one := _window(text, now))]


def _window(document: str, now: int) -> ActiveSilence | None:
    window = rule_of(RuleKind.WINDOW, document)
    assert isinstance(window, MaintenanceWindow)  # noqa: S101 - the kind says so
    held = occurrence(window, to_datetime(now))
    if held is None or to_micros(held.starts_at) > now:
        return None
    return ActiveSilence(mute_of(Mute.WINDOW, window.id), matchers_of(window.matchers))


def silenced_by(silences: Sequence[ActiveSilence], alert: PreparedAlert) -> str | None:
    """The id of the first silence that mutes the alert."""
    if not silences:
        return None
    labels = matched_labels(alert.source, alert.title, orjson.loads(alert.labels))
    return next(iter(silences_of(silences, labels)), None)


def silences_of(silences: Sequence[ActiveSilence], labels: Mapping[str, str]) -> list[str]:
    """The ids of the silences whose matchers all hold."""
    return [s.id for s in silences if all(m.matches(labels) for m in s.matchers)]


def matched_labels(source: str, title: str, labels: Mapping[str, str]) -> dict[str, str]:
    """What matchers see: the labels, and source and title like labels; the title is an alert's name too."""
    return {"source": source, "title": title, "alertname": title, **labels}


def matchers_of(settings: Sequence[MatcherSetting]) -> tuple[Matcher, ...]:
    """A rule's matchers."""
    return tuple(Matcher(one.name, one.value, one.is_regex, one.is_equal) for one in settings)


@lru_cache(maxsize=1024)
def _matchers(text: str) -> tuple[Matcher, ...]:
    items: list[dict[str, Any]] = orjson.loads(text)
    return tuple(
        Matcher(i["name"], i["value"], bool(i.get("isRegex")), bool(i.get("isEqual", True))) for i in items
    )


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text[:_MAX_PATTERN], re.DOTALL)
