"""The enricher: from labels and resources to a service, and from there one step along its dependencies."""

from collections.abc import Sequence

from incident_hub_hookspecs import CallContext, Directory, Enrichment, Incident, Service

__all__ = ["ServiceEnricher"]

MOST_NAMES = 10
MOST_DEPENDENCIES = 20


class ServiceEnricher:
    """Asks the hub's directories; they keep their answers for a while."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = labels

    def cache_key(self, incident: Incident) -> str:
        """Incidents that name the same services get one answer."""
        return "\n".join(self._names(incident))

    async def enrich(
        self, incidents: Sequence[Incident], context: CallContext
    ) -> Sequence[Enrichment | None]:
        """One answer an incident; None where no name is that of a service."""
        return [await self._one(incident, context.directory) for incident in incidents]

    async def _one(self, incident: Incident, directory: Directory) -> Enrichment | None:
        for name in self._names(incident):
            if service := await directory.service(name):
                wanted = service.depends_on[:MOST_DEPENDENCIES]
                found = [await directory.service(key) or Service(key) for key in wanted]
                return Enrichment(_summary(service, found), _data(service, found))
        return None

    def _names(self, incident: Incident) -> list[str]:
        labelled = [incident.labels[label] for label in self._labels if incident.labels.get(label)]
        resources = [one.removeprefix("service:") for one in incident.resources]
        return list(dict.fromkeys([*labelled, *resources]))[:MOST_NAMES]


def _summary(service: Service, dependencies: Sequence[Service]) -> str:
    parts = [_line(service.name or service.id) + (f" (tier {service.tier})" if service.tier else "")]
    if service.owner_team:
        parts.append(f"of team {_line(service.owner_team)}")
    if dependencies:
        parts.append(f"depends on {', '.join(_line(one.id) for one in dependencies)}")
    if service.runbook_url:
        parts.append(f"runbook {_line(service.runbook_url)}")
    return "; ".join(parts)


def _line(text: str) -> str:
    return " ".join(text.split())


def _data(service: Service, dependencies: Sequence[Service]) -> dict[str, object]:
    return {
        "service": _plain(service) | {"labels": dict(service.labels), "runbook_url": service.runbook_url},
        "dependencies": [_plain(one) for one in dependencies],
    }


def _plain(service: Service) -> dict[str, object]:
    return {
        "id": service.id,
        "name": service.name,
        "owner_team": service.owner_team,
        "tier": service.tier or None,
        "depends_on": list(service.depends_on),
    }
