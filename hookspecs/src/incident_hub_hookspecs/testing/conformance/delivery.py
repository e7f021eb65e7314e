"""What a parser may hand to the hub."""

from dataclasses import fields

from incident_hub_hookspecs.enums import AlertStatus, IncidentType, Severity
from incident_hub_hookspecs.parsing import Delivery, RejectedItem
from incident_hub_hookspecs.payload import MAX_LABELS, MAX_TEXT, MAX_TITLE, MAX_VALUE
from incident_hub_hookspecs.records import Alert, LlmIdentity
from incident_hub_hookspecs.testing.conformance.checks import (
    a_text,
    aware,
    hold,
    instance,
    plain,
    sequence,
    texts,
)

__all__ = ["check_delivery"]

_LONGEST = {"title": MAX_TITLE, "description": MAX_TEXT}
_TEXTS = ("source", "title", "description", "external_id", "dedup_key", "runbook_url", "generator_url")


def check_delivery(delivery: object) -> None:
    """A `Delivery` of sound alerts and sound refusals, within what the hub keeps."""
    found = instance(delivery, Delivery, "the answer")
    a_text(found.delivery_id, "delivery_id", 255)
    for index, alert in enumerate(sequence(found.alerts, "alerts")):
        _check_alert(instance(alert, Alert, f"alerts[{index}]"), f"alerts[{index}]")
    for index, item in enumerate(sequence(found.rejected, "rejected")):
        _check_rejected(instance(item, RejectedItem, f"rejected[{index}]"), f"rejected[{index}]")


def _check_alert(alert: Alert, where: str) -> None:
    for name in _TEXTS:
        a_text(getattr(alert, name), f"{where}.{name}", _LONGEST.get(name, MAX_VALUE))
    hold(alert.title and alert.source, f"{where}: has no title or no source")
    for name, kind in (("status", AlertStatus), ("severity", Severity | None), ("type", IncidentType)):
        value = getattr(alert, name)
        hold(isinstance(value, kind), f"{where}.{name}: got {value!r}")
    hold(isinstance(alert.stateful, bool), f"{where}.stateful: got {alert.stateful!r}")
    texts(alert.resources, f"{where}.resources", MAX_VALUE)
    for name, most in (("labels", MAX_VALUE), ("annotations", MAX_TEXT)):
        pairs = getattr(alert, name)
        hold(len(pairs) <= 2 * MAX_LABELS, f"{where}.{name}: {len(pairs)} entries")
        for key, value in pairs.items():
            a_text(key, f"{where}.{name}: a name", MAX_VALUE)
            a_text(value, f"{where}.{name}.{key[:80]}", most)
    identity = instance(alert.llm, LlmIdentity, f"{where}.llm")
    for part in fields(LlmIdentity):
        a_text(getattr(identity, part.name), f"{where}.llm.{part.name}", MAX_VALUE)
    aware(alert.starts_at, f"{where}.starts_at")
    aware(alert.ends_at, f"{where}.ends_at")
    plain(alert.raw, f"{where}.raw", depth=80)


def _check_rejected(item: RejectedItem, where: str) -> None:
    hold(isinstance(item.index, int) and item.index >= 0, f"{where}.index: got {item.index!r}")
    a_text(item.code, f"{where}.code")
    a_text(item.message, f"{where}.message")
    hold(item.code and item.message, f"{where}: has no code or no message")
