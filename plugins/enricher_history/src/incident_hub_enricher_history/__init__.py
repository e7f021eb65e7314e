"""Adds what happened the last times: how often, when, how long it took, how it was ended."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from incident_hub_hookspecs import (
    CallContext,
    Enricher,
    Enrichment,
    Incident,
    hookimpl,
)
from incident_hub_hookspecs.payload import cut

__all__ = ["HistoryEnricher", "HistoryPlugin", "Settings", "plugin"]

MOST = 50
MOST_TEXT = 2000
MOST_WORD = 100


class HistoryEnricher:
    """Looks up the earlier incidents of the same fingerprint, the whole batch in one call."""

    async def enrich(
        self, incidents: Sequence[Incident], context: CallContext
    ) -> Sequence[Enrichment | None]:
        """One answer an incident, in order; None where there is no past."""
        pasts = await context.lookup.similar(incidents, limit=MOST)
        return [_enrichment(incident, past) for incident, past in zip(incidents, pasts, strict=True)]


def _enrichment(incident: Incident, found: Sequence[Incident]) -> Enrichment | None:
    past = sorted(
        (other for other in found if other.id != incident.id),
        key=lambda other: other.created_at,
        reverse=True,
    )
    if not past:
        return None
    seconds = _median_seconds(past)
    method = _most_common([other.resolution_method for other in past])
    data: dict[str, object] = {
        "count": len(past),
        "count_is_minimum": len(found) >= MOST,
        "last_incident_id": past[0].id,
        "last_occurrence": past[0].created_at.isoformat(),
        "median_seconds_to_resolve": seconds,
        "resolution_method": method,
        "last_root_cause": _latest([other.root_cause for other in past]),
        "last_resolution_notes": _latest([other.resolution_notes for other in past]),
    }
    return Enrichment(_summary(past, seconds, method, at_least=len(found) >= MOST), data)


def _median_seconds(past: Sequence[Incident]) -> float | None:
    """How long the resolved ones took; a clock that went backwards counts as no time."""
    spans = [(one.resolved_at - one.created_at).total_seconds() for one in past if one.resolved_at]
    return max(0.0, median(spans)) if spans else None


def _latest(texts: Sequence[str]) -> str:
    """The first that says something; a finding has little room, the incident itself has all of it."""
    return cut(next((text for text in texts if text), ""), MOST_TEXT)


def _most_common(words: Sequence[str]) -> str:
    """The most frequent word, on one line; of several the one seen last, as the newest comes first."""
    counted = Counter(word for word in words if word).most_common(1)
    return cut(" ".join(counted[0][0].split()), MOST_WORD) if counted else ""


def _summary(past: Sequence[Incident], seconds: float | None, method: str, *, at_least: bool) -> str:
    times = (
        f"{'At least ' if at_least else ''}{len(past)} earlier, last on {past[0].created_at:%Y-%m-%d %H:%M}"
    )
    took = "" if seconds is None else f"; half were resolved within {seconds:.0f} s"
    return times + took + (f", mostly {method.replace('_', ' ')}" if method else "")


@dataclass(frozen=True, slots=True)
class Settings:
    """There is nothing to configure: a key is an unknown key."""


class HistoryPlugin:
    """Registers the enricher; there is nothing to configure."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """No key is known."""
        return Settings

    @hookimpl
    def register_enrichers(self) -> Sequence[Enricher]:
        """The history enricher."""
        return [HistoryEnricher()]


plugin = HistoryPlugin()
