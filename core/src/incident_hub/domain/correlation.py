"""By which one property related incidents are looked for first."""

from incident_hub_hookspecs import Alert

__all__ = ["correlation_key"]

_LABELS = ("service", "cluster", "job", "namespace")
_LIMIT = 300


def correlation_key(alert: Alert) -> str:
    """The provider, else the first telling label, else the source."""
    if alert.llm.provider:
        return f"provider:{alert.llm.provider}"[:_LIMIT]
    for name in _LABELS:
        if value := alert.labels.get(name):
            return f"{name}:{value}"[:_LIMIT]
    return f"source:{alert.source}"[:_LIMIT]
