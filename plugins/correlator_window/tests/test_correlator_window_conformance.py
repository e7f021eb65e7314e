"""What every plugin, and every correlator, must stand."""

from incident_hub_hookspecs.testing.conformance import CorrelatorConformance, PluginConformance


class TestPlugin(PluginConformance):
    name = "correlator_window"


class TestCorrelator(CorrelatorConformance):
    name = "correlator_window"
