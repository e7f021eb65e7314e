"""Takes alerts from Alertmanager's webhook (`alertmanager`) and from Prometheus (`alertmanager-v2`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from incident_hub_hookspecs import PluginContext, WebhookParser, hookimpl

from incident_hub_parser_alertmanager.prometheus import parse_prometheus
from incident_hub_parser_alertmanager.webhook import parse_webhook

__all__ = ["AlertmanagerPlugin", "Settings", "plugin"]


@dataclass(frozen=True, slots=True)
class Settings:
    """There is nothing to configure: a key is an unknown key."""


class AlertmanagerPlugin:
    """Registers both parsers; neither has anything to configure."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """No key is known."""
        return Settings

    @hookimpl
    def register_webhook_parsers(self, context: PluginContext[Settings]) -> Sequence[WebhookParser]:
        """Alertmanager's webhook version 4, and the alerts that Prometheus posts to the v2 API."""
        return [
            WebhookParser(slug="alertmanager", parse=parse_webhook),
            WebhookParser(slug="alertmanager-v2", parse=partial(parse_prometheus, context.clock)),
        ]


plugin = AlertmanagerPlugin()
