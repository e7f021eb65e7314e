"""The severity of what nobody has judged yet."""

from incident_hub_hookspecs import Severity

__all__ = ["UNTRIAGED"]

UNTRIAGED = Severity.P3
