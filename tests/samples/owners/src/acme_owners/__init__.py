"""Says who owns the service of an incident, by a CSV file with the columns `service` and `owner`."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from incident_hub_hookspecs import (
    CallContext,
    ConfigError,
    Enricher,
    Enrichment,
    Incident,
    PluginContext,
    hookimpl,
    setting,
)

__all__ = ["OwnersEnricher", "Settings", "owners_in"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What Acme may set."""

    file: Path = setting("The CSV file, with the columns `service` and `owner`.")
    label: str = setting("The label that names the service.", default="service")


class OwnersEnricher:
    """Knows the file as it was when the hub started, or read its configuration again."""

    def __init__(self, settings: Settings) -> None:
        self.take(settings)

    def take(self, settings: Settings) -> None:
        """Use these settings from now on."""
        self._owners = owners_in(settings.file)
        self._label = settings.label

    async def enrich(
        self, incidents: Sequence[Incident], context: CallContext
    ) -> Sequence[Enrichment | None]:
        """One answer an incident, in order; None for a service that nobody owns."""
        return [self._owned(incident.labels.get(self._label, "")) for incident in incidents]

    def _owned(self, service: str) -> Enrichment | None:
        owner = self._owners.get(service)
        return Enrichment(f"owned by {owner}", {"owner": owner, "service": service}) if owner else None


def owners_in(file: Path) -> Mapping[str, str]:
    """The owner by service; a file that cannot be used is an error of the configuration."""
    try:
        with file.open(newline="", encoding="utf-8") as lines:
            return {row["service"]: row["owner"] for row in csv.DictReader(lines)}
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}", "file") from error
    except (KeyError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is no CSV file with the columns `service` and `owner`", "file") from error


class OwnersPlugin:
    """Holds the enricher, so that a changed configuration reaches it."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """The settings."""
        return Settings

    @hookimpl
    def register_enrichers(self, context: PluginContext[Settings]) -> Sequence[Enricher]:
        """The one enricher."""
        self.enricher = OwnersEnricher(context.config)
        return [self.enricher]

    @hookimpl
    def reconfigure(self, context: PluginContext[Settings]) -> None:
        """Read the file again."""
        self.enricher.take(context.config)


plugin = OwnersPlugin()
