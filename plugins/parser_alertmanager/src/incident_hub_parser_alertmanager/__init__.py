"""Takes alerts from Alertmanager's webhook (`alertmanager`) and from Prometheus (`alertmanager-v2`)."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from incident_hub_hookspecs import PluginContext, WebhookParser, hookimpl

from incident_hub_parser_alertmanager.prometheus import parse_prometheus
from incident_hub_parser_alertmanager.webhook import parse_webhook

__all__ = ["AlertmanagerPlugin", "plugin"]


class AlertmanagerPlugin:
    """Registers both parsers; neither has anything to configure."""

    @hookimpl
    def register_webhook_parsers(self, context: PluginContext[Any]) -> Sequence[WebhookParser]:
        """Alertmanager's webhook version 4, and the alerts that Prometheus posts to the v2 API."""
        return [
            WebhookParser(slug="alertmanager", parse=parse_webhook),
            WebhookParser(slug="alertmanager-v2", parse=partial(parse_prometheus, context.clock)),
        ]


plugin = AlertmanagerPlugin()
