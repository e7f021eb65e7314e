"""Which policy an incident goes through, when no rule has said so: its service's, or the configured one."""

from dataclasses import dataclass, field

from incident_hub_hookspecs import Incident
from sqlalchemy import Connection

from incident_hub.response.facts import service_names
from incident_hub.response.people.reading import read_service
from incident_hub.triage.services import Services

__all__ = ["Wish", "wishes"]

_LABEL = "escalation_policy"


@dataclass(frozen=True, slots=True)
class Wish:
    """A policy that somebody named for the incident; `because` says who."""

    policy: str
    because: dict[str, object] = field(default_factory=dict)


async def wishes(one: Incident, services: Services) -> list[Wish]:
    """The policies named for it, the one that counts most first."""
    found: list[Wish] = []
    for name in service_names(one):
        if policy := await _policy_of_service(name, services):
            found.append(Wish(policy, {"service": name}))
            break
    if default := services.config.escalation.default_policy:
        found.append(Wish(default, {"default": True}))
    return found


async def _policy_of_service(name: str, services: Services) -> str:
    """A service of the hub's own tables names it in a field, one of a plugin's directory in a label."""

    def read(connection: Connection) -> str:
        known = read_service(connection, name)
        return known.escalation_policy if known else ""

    if policy := await services.database.read(read):
        return policy
    other = await services.directory.service(name)
    return "" if other is None else str(other.labels.get(_LABEL, ""))
