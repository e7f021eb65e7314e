"""What every plugin, and every classifier, must stand."""

from incident_hub_hookspecs.testing.conformance import ClassifierConformance, PluginConformance


class TestPlugin(PluginConformance):
    name = "classifier_rules"


class TestClassifier(ClassifierConformance):
    name = "classifier_rules"
