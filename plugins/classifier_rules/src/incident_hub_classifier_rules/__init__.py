"""Says kind and severity of an incident by ordered, documented rules."""

from collections.abc import Sequence
from typing import Any

from incident_hub_hookspecs import Classifier, PluginContext, hookimpl

from incident_hub_classifier_rules.engine import RuleClassifier
from incident_hub_classifier_rules.rules import RULES, configured_rules

__all__ = ["RulesPlugin", "plugin"]


class RulesPlugin:
    """Registers one classifier: the configured rules first, then the bundled ones."""

    @hookimpl
    def register_classifiers(self, context: PluginContext[Any]) -> Sequence[Classifier]:
        """The rule classifier."""
        return [RuleClassifier((*configured_rules(context.config), *RULES))]


plugin = RulesPlugin()
