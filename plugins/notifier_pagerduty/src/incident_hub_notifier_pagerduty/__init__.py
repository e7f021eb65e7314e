"""Pages through PagerDuty: incidents trigger, acknowledge and resolve there."""

from collections.abc import Sequence
from contextlib import suppress

from incident_hub_hookspecs import (
    CallContext,
    DeliveryCode,
    DeliveryError,
    HttpResponse,
    Notification,
    Notifier,
    PluginContext,
    Receipt,
    hookimpl,
)
from incident_hub_hookspecs.outgoing import answer_error, answer_json, host_of, target_text
from incident_hub_hookspecs.outgoing_text import one_line

from incident_hub_notifier_pagerduty.event import body_of
from incident_hub_notifier_pagerduty.settings import Settings

__all__ = ["PagerDutyNotifier", "PagerDutyPlugin", "Settings", "plugin"]

_PROBLEM = 200


class PagerDutyNotifier:
    """Enqueues events for the routing key that the target has, as `to` or `routing_key`, or the settings."""

    async def send(self, notification: Notification, context: CallContext) -> Receipt:
        """One event; the same one sent again changes nothing there, as its `dedup_key` is the incident's id."""
        settings: Settings = context.plugin.config
        target = notification.target
        key = target_text(target, "to") or target_text(target, "routing_key") or settings.routing_key
        if not key:
            raise DeliveryError("neither the target nor the plugin has a routing_key", retry=False)
        response = await context.http.request(
            "POST",
            settings.url,
            headers={"content-type": "application/json"},
            body=body_of(notification, key, settings.client, context.incident_url),
            timeout=context.deadline_seconds,
            allow_private=settings.allow_private,
        )
        return _receipt(response, context, settings, key)


def _receipt(response: HttpResponse, context: CallContext, settings: Settings, key: str) -> Receipt:
    host = host_of(settings.url)
    answer = _object(response, host)
    if response.status == 400:
        told = f"{host} refused the event: {_problem(answer, key)}"
        raise DeliveryError(told, retry=False, code=DeliveryCode.INVALID_REQUEST)
    if not 200 <= response.status < 300:
        raise answer_error(response, host, context.plugin.clock.now())
    if answer.get("status") != "success":
        told = f"{host} answered {response.status} without a success"
        raise DeliveryError(told, code=DeliveryCode.INVALID_RESPONSE)
    return Receipt(one_line(str(answer.get("dedup_key", "")), 255), f"{host} took the event")


def _object(response: HttpResponse, host: str) -> dict[str, object]:
    """Empty for what is no JSON object."""
    with suppress(DeliveryError):
        found = answer_json(response, host)
        return found if isinstance(found, dict) else {}
    return {}


def _problem(answer: dict[str, object], key: str) -> str:
    """PagerDuty's own words, without the key in them."""
    errors = answer.get("errors")
    said = "; ".join(map(str, errors)) if isinstance(errors, list) else str(answer.get("message", ""))
    return one_line(said.replace(key, "..."), _PROBLEM) or "it does not say why"


class PagerDutyPlugin:
    """Registers the notifier; it keeps nothing, so a changed configuration counts from the next event on."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """The integration."""
        return Settings

    @hookimpl
    def reconfigure(self, context: PluginContext[Settings]) -> None:
        """Each event is sent as its context says."""

    @hookimpl
    def register_notifiers(self) -> Sequence[Notifier]:
        """The PagerDuty notifier."""
        return [PagerDutyNotifier()]


plugin = PagerDutyPlugin()
