"""One page for one notification, however often the hub asks."""

import json

from incident_hub_hookspecs import CallContext, DeliveryError, Notification, Receipt
from incident_hub_hookspecs.outgoing import answer_error, host_of

from acme_pager.log import Delivery, DeliveryLog

__all__ = ["PagerNotifier"]


class PagerNotifier:
    """POSTs `{"text", "key"}` to `target.url`; the answer's `page` is the page's own name."""

    def __init__(self, log: DeliveryLog) -> None:
        self._log = log

    async def send(self, notification: Notification, context: CallContext) -> Receipt:
        """Send, unless the log says that this one has arrived already."""
        if known := await self._log.find(notification.key):
            return Receipt(known.page, "paged")
        page = await _post(notification, context)
        now = context.plugin.clock.now()
        incident_id = notification.incident.id
        await self._log.add(Delivery(notification.key, incident_id, notification.event, now, page))
        return Receipt(page, "paged")


async def _post(notification: Notification, context: CallContext) -> str:
    target = notification.target
    url = target.get("url")
    if not isinstance(url, str):
        raise DeliveryError("the target has no `url`", retry=False)
    host = host_of(url)
    response = await context.http.request(
        "POST",
        url,
        headers={"content-type": "application/json", "idempotency-key": notification.key},
        body=json.dumps({"text": notification.text, "key": notification.key}).encode(),
        timeout=context.deadline_seconds,
        allow_private=target.get("allow_private") is True,
    )
    if not 200 <= response.status < 300:
        raise answer_error(response, host, context.plugin.clock.now())
    try:
        return str(json.loads(response.body)["page"])[:255]
    except (ValueError, KeyError, TypeError):
        raise DeliveryError(f"{host} did not name the page", retry=False) from None
