"""Says kind and severity of an incident by ordered, documented rules."""

from collections.abc import Sequence

from incident_hub_hookspecs import Classifier, PluginContext, hookimpl

from incident_hub_classifier_rules.engine import RuleClassifier
from incident_hub_classifier_rules.rules import RULES
from incident_hub_classifier_rules.settings import OwnRule, Settings

__all__ = ["OwnRule", "RulesPlugin", "Settings", "plugin"]


class RulesPlugin:
    """Registers one classifier: the configured rules first, then the bundled ones."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """Rules of one's own."""
        return Settings

    @hookimpl
    def register_classifiers(self, context: PluginContext[Settings]) -> Sequence[Classifier]:
        """The rule classifier."""
        return [RuleClassifier((*context.config.as_rules(), *RULES))]


plugin = RulesPlugin()
