"""Settings that say which incidents something is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from incident_hub_hookspecs.enums import IncidentType, Severity
from incident_hub_hookspecs.records import EMPTY, Incident
from incident_hub_hookspecs.settings import setting

__all__ = ["When"]


@dataclass(frozen=True, slots=True)
class When:
    """All that is given must fit; what is not given fits every incident."""

    types: tuple[str, ...] = setting(
        "Incidents of these types.", default=(), choices=tuple(one.value for one in IncidentType)
    )
    severities: tuple[str, ...] = setting(
        "Incidents of these severities.", default=(), choices=tuple(one.value for one in Severity)
    )
    sources: tuple[str, ...] = setting(
        "Incidents of these sources; `*` stands for any text.", default=(), most=100
    )
    labels: Mapping[str, str] = setting(
        "Labels that the incident has; `*` in a value stands for any text.", default_factory=lambda: EMPTY
    )

    def fits(self, incident: Incident) -> bool:
        """Whether the incident is one of those."""
        return (
            (not self.types or incident.type.value in self.types)
            and (not self.severities or incident.severity.value in self.severities)
            and (not self.sources or any(fnmatchcase(incident.source, one) for one in self.sources))
            and all(fnmatchcase(incident.labels.get(key, ""), one) for key, one in self.labels.items())
            and all(incident.labels.get(key) for key in self.labels)
        )
