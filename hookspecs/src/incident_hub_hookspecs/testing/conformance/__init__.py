"""Conformance classes: what your plugin must stand, ready to be run against it. They need pytest.

Derive from the class of each kind that your plugin brings, and from `PluginConformance`, and give `name`:

    class TestPlugin(PluginConformance):
        name = "geo"


    class TestEnricher(EnricherConformance):
        name = "geo"
"""

from incident_hub_hookspecs.testing.conformance.action import ActionConformance
from incident_hub_hookspecs.testing.conformance.authorization import AuthorizationConformance
from incident_hub_hookspecs.testing.conformance.base import Conformance
from incident_hub_hookspecs.testing.conformance.classifier import ClassifierConformance
from incident_hub_hookspecs.testing.conformance.correlator import CorrelatorConformance
from incident_hub_hookspecs.testing.conformance.directory import DirectoryConformance
from incident_hub_hookspecs.testing.conformance.edge_agent import EdgeAgentConformance
from incident_hub_hookspecs.testing.conformance.enricher import EnricherConformance
from incident_hub_hookspecs.testing.conformance.events import EventSinkConformance
from incident_hub_hookspecs.testing.conformance.governance import GovernanceConformance
from incident_hub_hookspecs.testing.conformance.llm import LlmClientConformance
from incident_hub_hookspecs.testing.conformance.notifier import NotifierConformance
from incident_hub_hookspecs.testing.conformance.outside import Outside
from incident_hub_hookspecs.testing.conformance.parser import WebhookParserConformance
from incident_hub_hookspecs.testing.conformance.plugin import PluginConformance
from incident_hub_hookspecs.testing.conformance.sentinel import SentinelConformance
from incident_hub_hookspecs.testing.conformance.shield import ShieldConformance

__all__ = [
    "ActionConformance",
    "AuthorizationConformance",
    "ClassifierConformance",
    "Conformance",
    "CorrelatorConformance",
    "DirectoryConformance",
    "EdgeAgentConformance",
    "EnricherConformance",
    "EventSinkConformance",
    "GovernanceConformance",
    "LlmClientConformance",
    "NotifierConformance",
    "Outside",
    "PluginConformance",
    "SentinelConformance",
    "ShieldConformance",
    "WebhookParserConformance",
]
