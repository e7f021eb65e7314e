"""Conditions that people write in CEL: routing rules, escalations and triggers ask the same ones.

CEL is specified at https://github.com/google/cel-spec. What a condition may read stands in `VARIABLES`.
"""

from incident_hub.domain.conditions.condition import Condition, Outcome, Part, compile_condition
from incident_hub.domain.conditions.context import ConditionContext, GroupFacts, Said
from incident_hub.domain.conditions.errors import ConditionError
from incident_hub.domain.conditions.variables import VARIABLES, Variable

__all__ = [
    "VARIABLES",
    "Condition",
    "ConditionContext",
    "ConditionError",
    "GroupFacts",
    "Outcome",
    "Part",
    "Said",
    "Variable",
    "compile_condition",
]
