"""One message to a chat room that takes `{"text": ...}`, as Mattermost, Rocket.Chat and Slack do."""

import json
from dataclasses import dataclass

from incident_hub_hookspecs import CallContext, DeliveryError, Notification, Receipt, setting
from incident_hub_hookspecs.outgoing import answer_error, header, host_of

__all__ = ["RoomNotifier", "Settings"]

# These three, and nothing else, are markup to the room; alert text is nobody's friend.
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set for all rooms together."""

    username: str = setting("Who the message seems to come from.", default="Incident Hub")


class RoomNotifier:
    """POSTs to `target.url`. The address is the secret, so no error and no receipt names it."""

    def __init__(self, settings: Settings) -> None:
        """Keep the name."""
        self._username = settings.username

    async def send(self, notification: Notification, context: CallContext) -> Receipt:
        """Deliver, or raise `DeliveryError`, which says whether trying again can help."""
        target = notification.target
        url = target.get("url")
        if not isinstance(url, str):
            raise DeliveryError("the target has no `url`", retry=False)
        host = host_of(url)
        response = await context.http.request(
            "POST",
            url,
            headers={
                "content-type": "application/json",
                # the same each time this notification is sent again: a room that knows it shows it once
                "idempotency-key": notification.key,
            },
            body=self._body(notification, context.incident_url),
            timeout=context.deadline_seconds,
            allow_private=target.get("allow_private") is True,
        )
        if not 200 <= response.status < 300:
            raise answer_error(response, host, context.plugin.clock.now())
        told = f"{host} answered {response.status}"
        return Receipt(header(response.headers, "x-request-id")[:255], told)

    def _body(self, notification: Notification, incident_url: str) -> bytes:
        text = notification.text.translate(ESCAPES)
        if incident_url:
            text += f"\n{incident_url}"
        return json.dumps({"username": self._username, "text": text}).encode()
