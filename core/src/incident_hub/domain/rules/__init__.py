"""What people decide in advance: routes, maintenance windows, inhibitions. Rules only, no I/O."""

from collections.abc import Mapping
from enum import StrEnum

from incident_hub.domain.rules.inhibitions import Inhibition
from incident_hub.domain.rules.matchers import MatcherSetting
from incident_hub.domain.rules.mutes import FLAPPING, Mute, mute_of
from incident_hub.domain.rules.routes import Route
from incident_hub.domain.rules.windows import MaintenanceWindow, Occurrence, occurrence

__all__ = [
    "FLAPPING",
    "RULE_CLASSES",
    "Inhibition",
    "MaintenanceWindow",
    "MatcherSetting",
    "Mute",
    "Occurrence",
    "Route",
    "Rule",
    "RuleKind",
    "mute_of",
    "occurrence",
]

Rule = Route | MaintenanceWindow | Inhibition


class RuleKind(StrEnum):
    """The kinds of rule, as the database and the timeline call them."""

    ROUTE = "route"
    WINDOW = "maintenance_window"
    INHIBITION = "inhibition"


RULE_CLASSES: Mapping[RuleKind, type[Rule]] = {
    RuleKind.ROUTE: Route,
    RuleKind.WINDOW: MaintenanceWindow,
    RuleKind.INHIBITION: Inhibition,
}
