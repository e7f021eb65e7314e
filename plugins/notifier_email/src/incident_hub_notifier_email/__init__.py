"""Sends incident events as mail over SMTP."""

from collections.abc import Sequence

from incident_hub_hookspecs import (
    CallContext,
    DeliveryError,
    Notification,
    Notifier,
    PluginContext,
    Receipt,
    hookimpl,
)

from incident_hub_notifier_email.delivery import deliver
from incident_hub_notifier_email.message import mail_of
from incident_hub_notifier_email.recipients import recipients_of
from incident_hub_notifier_email.settings import Settings

__all__ = ["EmailNotifier", "EmailPlugin", "Settings", "plugin"]


class EmailNotifier:
    """Writes to `target.to` and `target.cc`."""

    async def send(self, notification: Notification, context: CallContext) -> Receipt:
        """One mail to all of them; the receipt says whom the relay refused."""
        settings: Settings = context.plugin.config
        recipients = recipients_of(notification.target)
        if not settings.host:
            raise DeliveryError("plugins.notifier_email has no `host`: no relay to send by", retry=False)
        now = context.plugin.clock.now()
        mail = mail_of(notification, recipients, settings, context.incident_url, now)
        return await deliver(mail, recipients.all, settings, context.deadline_seconds)


class EmailPlugin:
    """Registers the notifier; it keeps nothing, so a changed configuration counts from the next mail on."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """The relay and the sender."""
        return Settings

    @hookimpl
    def reconfigure(self, context: PluginContext[Settings]) -> None:
        """Each mail is sent as its context says."""

    @hookimpl
    def register_notifiers(self) -> Sequence[Notifier]:
        """The mail notifier."""
        return [EmailNotifier()]


plugin = EmailPlugin()
