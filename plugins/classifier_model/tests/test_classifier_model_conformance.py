"""What every plugin, and every classifier, must stand."""

import pytest
from incident_hub_hookspecs import Tables
from incident_hub_hookspecs.testing.conformance import ClassifierConformance, PluginConformance


class TestPlugin(PluginConformance):
    name = "classifier_model"

    @pytest.fixture
    def tables(self, own_tables: Tables) -> Tables:
        return own_tables


class TestClassifier(ClassifierConformance):
    name = "classifier_model"

    @pytest.fixture
    def tables(self, own_tables: Tables) -> Tables:
        return own_tables
