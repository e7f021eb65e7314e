"""Alerts over GraphQL: the same way in as any webhook."""

from collections.abc import Sequence
from typing import Any

import orjson
from incident_hub_hookspecs import Alert, LlmIdentity

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.resolvers.refusals import REFUSALS, refusal
from incident_hub.api.graphql.types.commands import AlertInput
from incident_hub.api.graphql.types.inputs import LabelInput, LlmIdentityInput, given
from incident_hub.api.graphql.types.payloads import AlertAck, SubmitAlertsPayload, UserError
from incident_hub.lifecycle.errors import InvalidInputError
from incident_hub.lifecycle.inputs import plain_text

__all__ = ["alert_of", "identity_of", "labels_of", "submit_alert", "submit_alerts"]

_MOST_ALERTS = 500
_MOST_LABELS = 256
_LIMITS = {
    "source": 255,
    "title": 500,
    "description": 100_000,
    "external_id": 500,
    "dedup_key": 500,
    "runbook_url": 2_000,
    "generator_url": 2_000,
}


async def submit_alert(
    info: Info, alert: AlertInput, idempotency_key: str | None = None
) -> SubmitAlertsPayload | UserError:
    """Take one alert in."""
    return await submit_alerts(info, [alert], idempotency_key)


async def submit_alerts(
    info: Info, alerts: list[AlertInput], idempotency_key: str | None = None
) -> SubmitAlertsPayload | UserError:
    """Take alerts in, all or none; durable when the answer leaves."""
    try:
        ready = _checked(alerts)
        key = _delivery_key(info.context.viewer.actor, idempotency_key)
        body = orjson.dumps(alerts, default=vars, option=orjson.OPT_SORT_KEYS) if key else b""
        acks = await info.context.services.intake.submit(ready, delivery_key=key, body=body)
    except REFUSALS as error:
        return refusal(error)
    return SubmitAlertsPayload(
        acks=[
            AlertAck(index=i, alert_id=_id(ack.alert_id), incident_id=_id(ack.incident_id), status=ack.status)
            for i, ack in enumerate(acks)
        ]
    )


def _checked(alerts: Sequence[AlertInput]) -> list[Alert]:
    if not 1 <= len(alerts) <= _MOST_ALERTS:
        raise InvalidInputError("alerts", f"needs 1 to {_MOST_ALERTS} alerts")
    return [alert_of(alert, f"alerts[{i}]") for i, alert in enumerate(alerts)]


def alert_of(alert: AlertInput, place: str) -> Alert:
    values = given(alert)
    for name, limit in _LIMITS.items():
        plain_text(f"{place}.{name}", values[name], limit, required=name in ("source", "title"))
    values["resources"] = tuple(
        plain_text(f"{place}.resources", one, 500) for one in values.get("resources", ())
    )
    for name in ("labels", "annotations"):
        values[name] = labels_of(alert.labels if name == "labels" else alert.annotations, f"{place}.{name}")
    values["llm"] = identity_of(alert.llm, f"{place}.llm")
    return Alert(**values)


def labels_of(labels: Sequence[LabelInput] | None, place: str) -> dict[str, str]:
    """The labels as a mapping, checked."""
    if len(labels or ()) > _MOST_LABELS:
        raise InvalidInputError(place, f"has more than {_MOST_LABELS} entries")
    return {
        plain_text(place, label.key, 255, required=True): plain_text(place, label.value, 4_096)
        for label in labels or ()
    }


def identity_of(llm: LlmIdentityInput | None, place: str) -> LlmIdentity:
    """The identity, checked."""
    parts = {} if llm is None else given(llm)
    return LlmIdentity(**{name: plain_text(f"{place}.{name}", text, 255) for name, text in parts.items()})


def _delivery_key(actor: str, key: str | None) -> str:
    return (
        f"graphql:{actor}:{plain_text('idempotencyKey', key, 40, required=True)}" if key is not None else ""
    )


def _id(value: str | None) -> Any:  # noqa: ANN401 - strawberry.ID is text
    return value
