"""Clicks on the buttons: proved, done through the hub, and answered where they were made."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from incident_hub_hookspecs import (
    DeliveryError,
    Incident,
    IncidentError,
    PayloadError,
    PluginContext,
    RouteRequest,
    RouteResponse,
)
from incident_hub_hookspecs.outgoing_text import one_line

from incident_hub_notifier_slack.card import ACTIONS, OPEN, card
from incident_hub_notifier_slack.markup import text_line
from incident_hub_notifier_slack.settings import Settings
from incident_hub_notifier_slack.signature import verify

__all__ = ["Interactions"]

_PREFIX = "incident_hub_"
_ANSWER_SECONDS = 2.0  # Slack wants to hear within three
Act = Callable[..., Awaitable[Incident]]


@dataclass(frozen=True, slots=True)
class _Click:
    """Who clicked on what, and where the answer goes."""

    action: str
    incident_id: str
    person: str
    response_url: str
    incident_url: str


class Interactions:
    """The route that Slack calls as the app's request URL for interactivity."""

    def __init__(self, context: PluginContext[Settings]) -> None:
        self._context = context

    async def __call__(self, request: RouteRequest) -> RouteResponse:
        """200 for whatever Slack signed; what the hub refuses, the person reads."""
        proof = verify(request, self._context.config.signing_secret, self._context.clock.now())
        click = _click(request.body)
        if click is not None:
            await self._answer(click, await self._done(click, proof))
        return RouteResponse()

    async def _done(self, click: _Click, proof: str) -> Mapping[str, object]:
        """The message that takes the place of the old one, or a word that only this person sees."""
        act: Act = getattr(self._context.incidents, click.action)
        said = {"reason": "by a button in Slack"} if click.action == "escalate" else {}
        try:
            incident = await act(click.incident_id, click.person, key=proof[-64:], **said)
        except IncidentError as error:
            told = text_line(f"That was not done: {error.message}", 500)
            return {"response_type": "ephemeral", "replace_original": False, "text": told}
        fresh = card(incident, f"{incident.id}:{incident.version}", click.incident_url, buttons=True)
        return fresh | {"replace_original": True}

    async def _answer(self, click: _Click, message: Mapping[str, object]) -> None:
        """The incident is changed already: that its message is not fails nothing."""
        try:
            await self._context.http.request(
                "POST",
                click.response_url,
                headers={"content-type": "application/json"},
                body=json.dumps(message).encode(),
                timeout=_ANSWER_SECONDS,
                allow_private=self._context.config.allow_private,
            )
        except DeliveryError as error:
            self._context.log.warning("the answer to a click did not arrive: %s", error)


def _click(body: bytes) -> _Click | None:
    """None for what is signed, and no click on a button that acts."""
    payload = _payload(body)
    actions = payload.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else None
    if payload.get("type") != "block_actions" or not isinstance(first, dict):
        return None
    action = str(first.get("action_id", "")).removeprefix(_PREFIX)
    if action not in ACTIONS:
        return None
    return _Click(
        action,
        _text(first, "value"),
        _person(payload.get("user")),
        _text(payload, "response_url"),
        _incident_url(payload.get("message")),
    )


def _payload(body: bytes) -> Mapping[str, Any]:
    try:
        (given,) = parse_qs(body.decode(), strict_parsing=True, max_num_fields=10)["payload"]
        found = json.loads(given)
    except (ValueError, KeyError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise PayloadError("bad_payload", "expected a form with one JSON object as `payload`", "payload")
    return found


def _person(user: object) -> str:
    """The id is what Slack vouches for; names change."""
    known = user if isinstance(user, dict) else {}
    identity, name = one_line(_text(known, "id"), 40), one_line(str(known.get("username") or ""), 80)
    return f"{name} ({identity})" if name else identity


def _text(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not value:
        raise PayloadError("missing_field", f"expected text as {key}", f"payload.{key}")
    return value


def _incident_url(given: object) -> str:
    """Where the message's own button leads; the hub does not tell it to routes."""
    if isinstance(given, list):
        return next((url for one in given if (url := _incident_url(one))), "")
    if not isinstance(given, dict):
        return ""
    if given.get("action_id") == OPEN and isinstance(given.get("url"), str):
        return str(given["url"])
    parts = (given.get(name) for name in ("attachments", "blocks", "elements"))
    return next((url for one in parts if (url := _incident_url(one))), "")
