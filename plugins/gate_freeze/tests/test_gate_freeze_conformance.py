"""What every plugin, and everyone who may forbid an action, must stand."""

import pytest
from incident_hub_gate_freeze import Settings, Window
from incident_hub_hookspecs.testing.conformance import AuthorizationConformance, PluginConformance


class OfAFreeze:
    """The plugin, with a freeze that never ends."""

    @pytest.fixture
    def settings(self) -> Settings:
        always = Window("always", begins="2000-01-01", ends="2999-12-31", min_blast_radius="none")
        return Settings(windows=(always,))


class TestPlugin(OfAFreeze, PluginConformance):
    name = "gate_freeze"


class TestGate(OfAFreeze, AuthorizationConformance):
    name = "gate_freeze"


class TestOpenGate(AuthorizationConformance):
    name = "gate_freeze"
