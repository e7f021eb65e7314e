"""The owner of an incident: a label names the team, or the configuration does by resource."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from incident_hub_hookspecs import CallContext, Enrichment, Incident, setting

__all__ = ["OwnerEnricher", "Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set."""

    labels: tuple[str, ...] = setting(
        "Labels that name the owning team; the first one found counts.",
        default=("team", "owner"),
    )
    resources: Mapping[str, str] = setting(
        "The owning team by resource, for incidents without such a label.", default_factory=dict
    )


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whose it is, and how that is known."""

    team: str
    because: str


@dataclass(frozen=True, slots=True)
class Card:
    """What the directory knows of a team; empty where it knows nothing."""

    name: str = ""
    on_call: tuple[str, ...] = field(default=())


class OwnerEnricher:
    """Answers a whole batch at once and asks the directory once for each team."""

    def __init__(self, settings: Settings) -> None:
        """Keep the rules."""
        self._settings = settings

    async def enrich(
        self, incidents: Sequence[Incident], context: CallContext
    ) -> Sequence[Enrichment | None]:
        """One answer an incident, in order; None where nobody is known to own it."""
        owned = [self._ownership(incident) for incident in incidents]
        teams = {one.team for one in owned if one}
        cards = await asyncio.gather(*(_card(team, context) for team in teams))
        known = dict(zip(teams, cards, strict=True))
        return [_enrichment(one, known[one.team]) if one else None for one in owned]

    def _ownership(self, incident: Incident) -> Ownership | None:
        for label in self._settings.labels:
            # whoever sent the alert wrote the label: one line of it, and not more than a name's length
            if team := " ".join(incident.labels.get(label, "").split())[:80]:
                return Ownership(team, f"label {label}")
        for resource in incident.resources:
            if team := self._settings.resources.get(resource, ""):
                return Ownership(team, f"resource {resource}")
        return None


async def _card(team_id: str, context: CallContext) -> Card:
    team = await context.directory.team(team_id)
    if team is None:
        return Card()
    now = context.plugin.clock.now()
    shifts = await context.directory.on_call(team.schedule, now) if team.schedule else ()
    return Card(team.name, tuple(shift.person.name or shift.person.id for shift in shifts))


def _enrichment(owned: Ownership, card: Card) -> Enrichment:
    summary = f"owned by {card.name or owned.team}"
    if card.on_call:
        summary += f"; on call: {', '.join(card.on_call)}"
    data: dict[str, object] = {
        "team": owned.team,
        "because": owned.because,
        "on_call": list(card.on_call),
    }
    return Enrichment(summary, data)
