"""Takes alerts from Grafana's unified alerting at `/webhooks/grafana`."""

from collections.abc import Sequence

from incident_hub_hookspecs import PluginContext, WebhookParser, hookimpl

from incident_hub_parser_grafana.settings import Settings
from incident_hub_parser_grafana.signature import signature_check
from incident_hub_parser_grafana.webhook import parse_grafana

__all__ = ["GrafanaPlugin", "Settings", "plugin"]


class GrafanaPlugin:
    """Registers the parser; with `secret` configured, an unsigned request is refused."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """The secret."""
        return Settings

    @hookimpl
    def register_webhook_parsers(self, context: PluginContext[Settings]) -> Sequence[WebhookParser]:
        """The parser for Grafana's webhook contact point."""
        verify = signature_check(context.config, context.clock)
        return [WebhookParser(slug="grafana", parse=parse_grafana, verify=verify)]


plugin = GrafanaPlugin()
