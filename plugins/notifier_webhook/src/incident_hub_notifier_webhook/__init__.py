"""Sends incident events to a URL, as Standard Webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass

from incident_hub_hookspecs import (
    CallContext,
    DeliveryError,
    Notification,
    Notifier,
    Receipt,
    hookimpl,
)
from incident_hub_hookspecs.outgoing import answer_error, header, host_of, target_text

from incident_hub_notifier_webhook.message import body_of, headers_of

__all__ = ["Settings", "WebhookNotifier", "WebhookPlugin", "plugin"]


class WebhookNotifier:
    """POSTs to `target.url`, or to the address `target.to`; signed when `target.secret` is set."""

    takes_groups = True

    async def send(self, notification: Notification, context: CallContext) -> Receipt:
        """Deliver; a 410 and other answers that cannot change are not tried again."""
        url = target_text(notification.target, "to") or target_text(notification.target, "url")
        if not url:
            raise DeliveryError("the target has no url", retry=False)
        host, now = host_of(url), context.plugin.clock.now()
        body = body_of(notification, now)
        response = await context.http.request(
            "POST",
            url,
            headers=headers_of(notification, body, now),
            body=body,
            timeout=context.deadline_seconds,
            allow_private=notification.target.get("allow_private") is True,
        )
        if not 200 <= response.status < 300:
            raise answer_error(response, host, now)
        return Receipt(header(response.headers, "x-request-id")[:255], f"{host} answered {response.status}")


@dataclass(frozen=True, slots=True)
class Settings:
    """There is nothing to configure: a key is an unknown key."""


class WebhookPlugin:
    """Registers the notifier; all it needs is in each target."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """No key is known."""
        return Settings

    @hookimpl
    def register_notifiers(self) -> Sequence[Notifier]:
        """The webhook notifier."""
        return [WebhookNotifier()]


plugin = WebhookPlugin()
