"""Slack's Web API and its incoming webhooks, with what their answers mean for another try."""

import json
from collections.abc import Mapping

from incident_hub_hookspecs import CallContext, DeliveryCode, DeliveryError, HttpResponse
from incident_hub_hookspecs.outgoing import answer_error, answer_json, host_of
from incident_hub_hookspecs.outgoing_text import one_line

from incident_hub_notifier_slack.settings import Settings

__all__ = ["GONE", "SlackError", "call", "post_webhook"]

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_PASSING = {
    "ratelimited": DeliveryCode.RATE_LIMIT,
    "rate_limited": DeliveryCode.RATE_LIMIT,
    "internal_error": DeliveryCode.SERVICE_UNAVAILABLE,
    "fatal_error": DeliveryCode.SERVICE_UNAVAILABLE,
    "service_unavailable": DeliveryCode.SERVICE_UNAVAILABLE,
    "request_timeout": DeliveryCode.TIMEOUT,
}
_LOGIN = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope"}
)


class SlackError(DeliveryError):
    """Slack answered `ok: false`; `word` is its name for why."""

    def __init__(self, method: str, word: str) -> None:
        code = DeliveryCode.AUTHENTICATION_ERROR if word in _LOGIN else DeliveryCode.INVALID_REQUEST
        super().__init__(
            f"{method}: Slack answered {word}", retry=word in _PASSING, code=_PASSING.get(word, code)
        )
        self.word = word


async def call(method: str, body: Mapping[str, object], context: CallContext) -> tuple[str, str]:
    """The channel and `ts` of the message that `method` posted or changed."""
    settings: Settings = context.plugin.config
    response = await context.http.request(
        "POST",
        f"{settings.api_url.rstrip('/')}/{method}",
        headers={
            "content-type": "application/json; charset=utf-8",
            "authorization": f"Bearer {settings.bot_token}",
        },
        body=json.dumps(body, separators=(",", ":")).encode(),
        timeout=context.deadline_seconds,
        allow_private=settings.allow_private,
    )
    return _told(method, response, host_of(settings.api_url), context)


def _told(method: str, response: HttpResponse, host: str, context: CallContext) -> tuple[str, str]:
    if not 200 <= response.status < 300:
        raise answer_error(response, host, context.plugin.clock.now())
    answer = answer_json(response, host)
    said = answer if isinstance(answer, dict) else {}
    if said.get("ok") is not True:
        raise SlackError(method, one_line(str(said.get("error") or "no reason"), 80))
    channel, ts = said.get("channel"), said.get("ts")
    if not (isinstance(channel, str) and isinstance(ts, str) and channel and ts):
        told = f"{method}: the answer names no message"
        raise DeliveryError(told, retry=False, code=DeliveryCode.INVALID_RESPONSE)
    return channel[:64], ts[:64]


async def post_webhook(url: str, body: Mapping[str, object], context: CallContext) -> str:
    """POST to an incoming webhook; the host, for the receipt."""
    host = host_of(url)
    settings: Settings = context.plugin.config
    response = await context.http.request(
        "POST",
        url,
        headers={"content-type": "application/json"},
        body=json.dumps(body, separators=(",", ":")).encode(),
        timeout=context.deadline_seconds,
        allow_private=settings.allow_private,
    )
    if not 200 <= response.status < 300:
        raise answer_error(response, host, context.plugin.clock.now())
    return host
