"""The enricher: from an incident to a team, and from its schedule to people."""

from collections.abc import Sequence

from incident_hub_hookspecs import CallContext, Directory, Enrichment, Incident, Shift, Team

from incident_hub_enricher_oncall.settings import Settings

__all__ = ["OnCallEnricher"]


class OnCallEnricher:
    """Says who is on call now; what is said ages, so it is not kept for other incidents."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def enrich(
        self, incidents: Sequence[Incident], context: CallContext
    ) -> Sequence[Enrichment | None]:
        """One answer an incident; None where no team is known."""
        return [await self._one(incident, context) for incident in incidents]

    async def _one(self, incident: Incident, context: CallContext) -> Enrichment | None:
        team = await self._team(incident, context.directory)
        if team is None:
            return None
        now = context.plugin.clock.now()
        shifts = await context.directory.on_call(team.schedule, now) if team.schedule else ()
        return Enrichment(_summary(team, shifts), _data(team, shifts))

    async def _team(self, incident: Incident, directory: Directory) -> Team | None:
        for label in self._settings.team_labels:
            name = incident.labels.get(label)
            if name and (team := await directory.team(name)):
                return team
        for label in self._settings.service_labels:
            name = incident.labels.get(label)
            service = await directory.service(name) if name else None
            if service and service.owner_team:
                return await directory.team(service.owner_team) or Team(service.owner_team)
        return None


def _summary(team: Team, shifts: Sequence[Shift]) -> str:
    name = _line(team.name or team.id)
    if not shifts:
        return f"{name} answers for it; nobody is known to be on call"
    people = ", then ".join(_line(one.person.name or one.person.id) for one in shifts)
    return f"{name} answers for it; on call: {people}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _data(team: Team, shifts: Sequence[Shift]) -> dict[str, object]:
    return {
        "team": {"id": team.id, "name": team.name, "members": list(team.members), "schedule": team.schedule},
        "on_call": [
            {
                "person": one.person.id,
                "name": one.person.name,
                "time_zone": one.person.time_zone,
                "ends_at": one.ends_at.isoformat() if one.ends_at else None,
            }
            for one in shifts
        ],
    }
