"""What every plugin, and every notifier, must stand."""

from incident_hub_hookspecs.testing.conformance import NotifierConformance, PluginConformance


class TestPlugin(PluginConformance):
    name = "notifier_teams"


class TestNotifier(NotifierConformance):
    name = "notifier_teams"
