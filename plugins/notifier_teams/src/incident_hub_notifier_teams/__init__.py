"""Tells Microsoft Teams of incidents, by the webhook of a workflow."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from incident_hub_hookspecs import (
    CallContext,
    DeliveryError,
    Notification,
    Notifier,
    Receipt,
    hookimpl,
    setting,
)
from incident_hub_hookspecs.outgoing import answer_error, header, host_of, target_text

from incident_hub_notifier_teams.card import message_of

__all__ = ["Settings", "TeamsNotifier", "TeamsPlugin", "plugin"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What all targets share."""

    allow_private: bool = setting("Whether a workflow's address may be in a private network.", default=False)


class TeamsNotifier:
    """POSTs an Adaptive Card to the workflow at `target.url`, or at the address `target.to`."""

    takes_groups = True

    async def send(self, notification: Notification, context: CallContext) -> Receipt:
        """Deliver; the answer says that the workflow has begun."""
        url = target_text(notification.target, "to") or target_text(notification.target, "url")
        if not url:
            raise DeliveryError("the target has no url", retry=False)
        host, settings = host_of(url), context.plugin.config
        message = message_of(notification, context.incident_url)
        response = await context.http.request(
            "POST",
            url,
            headers={"content-type": "application/json", "idempotency-key": notification.key},
            body=json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode(),
            timeout=context.deadline_seconds,
            allow_private=settings.allow_private,
        )
        if not 200 <= response.status < 300:
            raise answer_error(response, host, context.plugin.clock.now())
        return Receipt(
            header(response.headers, "x-ms-workflow-run-id")[:255], f"{host} answered {response.status}"
        )


class TeamsPlugin:
    """Registers the notifier; all else it needs is in each target."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """One key."""
        return Settings

    @hookimpl
    def register_notifiers(self) -> Sequence[Notifier]:
        """The Teams notifier."""
        return [TeamsNotifier()]


plugin = TeamsPlugin()
