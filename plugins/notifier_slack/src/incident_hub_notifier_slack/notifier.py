"""Tells Slack: by an incoming webhook, or as a bot with one message an incident and a thread below it."""

from incident_hub_hookspecs import CallContext, DeliveryError, Notification, Receipt
from incident_hub_hookspecs.outgoing import target_text

from incident_hub_notifier_slack.card import card, remark
from incident_hub_notifier_slack.settings import Settings
from incident_hub_notifier_slack.store import Posted, Store
from incident_hub_notifier_slack.web_api import GONE, SlackError, call, post_webhook

__all__ = ["SlackNotifier"]

_QUIET = {"unfurl_links": False, "unfurl_media": False}


class SlackNotifier:
    """Sends as the bot to the channel or person `target.to`, else to `target.webhook_url`."""

    async def send(self, notification: Notification, context: CallContext) -> Receipt:
        """Deliver; what Slack cannot take differently another time is final."""
        settings: Settings = context.plugin.config
        place = target_text(notification.target, "to")
        url = "" if place else target_text(notification.target, "webhook_url")
        message = _card(notification, context)
        if url:
            host = await post_webhook(url, message, context)
            return Receipt("", f"{host} took it")
        if not place:
            raise DeliveryError("the target has neither a webhook_url nor a channel as `to`", retry=False)
        if not settings.bot_token:
            raise DeliveryError("plugins.notifier_slack has no bot_token, which `to` needs", retry=False)
        posted = await _as_bot(notification, message, place, context)
        return Receipt(f"{posted.channel}:{posted.ts}", f"message {posted.ts} in {posted.channel}")


def _card(notification: Notification, context: CallContext) -> dict[str, object]:
    buttons = bool(context.plugin.config.signing_secret)
    return card(notification.incident, notification.key, context.incident_url, buttons=buttons) | _QUIET


async def _as_bot(
    notification: Notification, message: dict[str, object], place: str, context: CallContext
) -> Posted:
    """Post the incident's message, or bring it up to date and say in its thread what happened."""
    store, incident_id = Store(context.plugin.tables), notification.incident.id
    known = await store.find(incident_id, place)
    key = notification.key[:255]
    if known and known.told == key:
        return known  # sent again, as the hub could not know that it had arrived
    if known and await _updated(known, message, context):
        below = remark(notification.text, key) | _QUIET
        await call("chat.postMessage", below | {"channel": known.channel, "thread_ts": known.ts}, context)
        channel, ts = known.channel, known.ts
    else:
        channel, ts = await call("chat.postMessage", message | {"channel": place}, context)
    posted = Posted(channel, ts, key)
    await store.keep(incident_id, place, posted)
    return posted


async def _updated(known: Posted, message: dict[str, object], context: CallContext) -> bool:
    """False when somebody deleted the message: it is posted anew."""
    try:
        await call("chat.update", message | {"channel": known.channel, "ts": known.ts}, context)
    except SlackError as error:
        if error.word in GONE:
            return False
        raise
    return True
