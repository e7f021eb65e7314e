"""Silences: matchers over an alert's labels, in force for a time. A silence mutes, it never drops."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection

from incident_hub.intake.prepare import PreparedAlert
from incident_hub.storage.bulk import select_rows

__all__ = ["ActiveSilence", "Matcher", "active_silences", "matched_labels", "silenced_by", "silences_of"]

_ACTIVE = "SELECT id, matchers FROM silence WHERE ends_at > ? AND starts_at <= ?"
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
    """A silence in force."""

    id: str
    matchers: tuple[Matcher, ...]


def active_silences(connection: Connection, now: int) -> list[ActiveSilence]:
    """The silences in force at `now`."""
    rows = select_rows(connection, _ACTIVE, (now, now))
    return [ActiveSilence(key, _matchers(matchers)) for key, matchers in rows]


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


@lru_cache(maxsize=1024)
def _matchers(text: str) -> tuple[Matcher, ...]:
    items: list[dict[str, Any]] = orjson.loads(text)
    return tuple(
        Matcher(i["name"], i["value"], bool(i.get("isRegex")), bool(i.get("isEqual", True))) for i in items
    )


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text[:_MAX_PATTERN], re.DOTALL)
