"""A playbook action that sends one HTTP request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from incident_hub_hookspecs import (
    ActionResult,
    CallContext,
    HttpResponse,
    Incident,
    PlaybookAction,
    hookimpl,
)
from incident_hub_hookspecs.outgoing import answer_error

from incident_hub_action_http.params import Request, request_of, shown

__all__ = ["HttpAction", "HttpPlugin", "Settings", "plugin"]

BODY_LIMIT = 8 * 1024


class HttpAction(PlaybookAction):
    """Sends a request. Whether twice is harmless only its target knows, so it says no."""

    idempotent = False

    async def run(
        self,
        incident: Incident,  # noqa: ARG002 - part of the contract
        params: Mapping[str, object],
        key: str,
        *,
        dry_run: bool,
        context: CallContext,
    ) -> ActionResult:
        """Send, and fail unless the answer's status is expected; in a dry run say what would be sent."""
        request = request_of(params, key)
        if dry_run:
            return ActionResult(f"would send {request.method} to {request.host}", shown(request))
        response = await context.http.request(
            request.method,
            request.url,
            headers=request.headers,
            body=request.body,
            timeout=context.deadline_seconds,
            allow_private=request.allow_private,
        )
        if not _expected(request, response.status):
            raise answer_error(response, request.host, context.plugin.clock.now())
        return ActionResult(f"{request.host} answered {response.status}", _output(response))


def _expected(request: Request, status: int) -> bool:
    return status in request.expect if request.expect else 200 <= status < 300


def _output(response: HttpResponse) -> dict[str, object]:
    body = response.body[:BODY_LIMIT].decode("utf-8", "replace")
    return {"status": response.status, "body": body, "cut": len(response.body) > BODY_LIMIT}


@dataclass(frozen=True, slots=True)
class Settings:
    """There is nothing to configure: a key is an unknown key."""


class HttpPlugin:
    """Registers the action; all it needs is in each step's params."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """No key is known."""
        return Settings

    @hookimpl
    def register_playbook_actions(self) -> Sequence[PlaybookAction]:
        """The HTTP action."""
        return [HttpAction()]


plugin = HttpPlugin()
