"""Tells Slack of incidents, and lets people act on them there."""

from collections.abc import Sequence
from pathlib import Path

from incident_hub_hookspecs import Migrations, Notifier, PluginContext, Route, hookimpl

from incident_hub_notifier_slack.interactions import Interactions
from incident_hub_notifier_slack.notifier import SlackNotifier
from incident_hub_notifier_slack.settings import Settings

__all__ = ["Settings", "SlackNotifier", "SlackPlugin", "plugin"]


class SlackPlugin:
    """Registers the notifier, its table, and the route that takes clicks."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """The Slack app."""
        return Settings

    @hookimpl
    def register_migrations(self) -> Migrations:
        """The table of messages."""
        return Migrations(Path(__file__).parent / "migrations")

    @hookimpl
    def register_notifiers(self) -> Sequence[Notifier]:
        """The Slack notifier."""
        return [SlackNotifier()]

    @hookimpl
    def register_routes(self, context: PluginContext[Settings]) -> Sequence[Route]:
        """Where Slack sends clicks: /-/plugins/notifier_slack/interactions."""
        return [Route("/interactions", Interactions(context).__call__, ("POST",))]


plugin = SlackPlugin()
