"""Takes the readings of rack sensors at `/webhooks/acme-sensors`."""

from collections.abc import Sequence
from dataclasses import dataclass

from incident_hub_hookspecs import (
    Alert,
    AlertStatus,
    Delivery,
    IncidentType,
    PayloadError,
    PluginContext,
    Severity,
    WebhookParser,
    WebhookRequest,
    hookimpl,
    setting,
)
from incident_hub_hookspecs import payload as p

__all__ = ["Settings", "reading_parser"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What Acme may set."""

    warm_celsius: float = setting("From here on it is too warm.", default=40.0)
    hot_celsius: float = setting("From here on machines switch themselves off.", default=60.0)


def reading_parser(settings: Settings) -> WebhookParser:
    """The parser for `{"readings": [{"rack", "celsius", "at"}]}`."""

    def parse(request: WebhookRequest) -> Delivery:
        body = p.as_mapping(request.json())
        return p.deliver(p.as_list(body.get("readings"), "readings"), alert, "readings")

    def alert(item: object) -> Alert:
        reading = p.as_mapping(item)
        rack = p.text(reading.get("rack"), "rack", 100)
        celsius = reading.get("celsius")
        if not rack:
            raise PayloadError("missing_field", "a reading names its rack", "rack")
        if isinstance(celsius, bool) or not isinstance(celsius, int | float):
            raise PayloadError("wrong_type", "expected a number", "celsius")
        return Alert(
            source="acme_sensors",
            title=f"Rack {rack} is too warm",
            description=f"{celsius:.1f} degrees",
            status=AlertStatus.FIRING if celsius >= settings.warm_celsius else AlertStatus.RESOLVED,
            severity=Severity.P1 if celsius >= settings.hot_celsius else Severity.P3,
            type=IncidentType.INFRASTRUCTURE,
            dedup_key=f"acme_sensors:{rack}",
            stateful=True,
            resources=(rack,),
            starts_at=p.moment(reading.get("at"), "at"),
            raw=item,
        )

    return WebhookParser("acme-sensors", parse)


@hookimpl
def register_config() -> type[Settings]:
    """The settings."""
    return Settings


@hookimpl
def register_webhook_parsers(context: PluginContext[Settings]) -> Sequence[WebhookParser]:
    """The one parser."""
    return [reading_parser(context.config)]
