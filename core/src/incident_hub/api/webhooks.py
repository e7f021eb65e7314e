"""The webhook door: `POST /webhooks/{slug}`."""

from collections.abc import Sequence
from functools import partial
from time import perf_counter

import orjson
from incident_hub_hookspecs import Delivery, PluginError, RejectedItem, WebhookParser, WebhookRequest
from incident_hub_hookspecs.records import EMPTY
from starlette.datastructures import QueryParams
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from incident_hub.api.answers import JsonAnswer, send_json
from incident_hub.api.bodies import header_map, read_body
from incident_hub.api.direct import DirectRoute
from incident_hub.api.errors import HttpError, as_http_error, error_answer
from incident_hub.api.services import Services
from incident_hub.host.circuit import CircuitOpenError
from incident_hub.host.config_values import did_you_mean
from incident_hub.host.dispatch import RateLimitedError
from incident_hub.host.isolation.link import ChildDiedError
from incident_hub.host.isolation.parser import RemoteParser
from incident_hub.host.isolation.supervisor import ChildDownError
from incident_hub.host.json_body import decode_json
from incident_hub.host.status import PluginRecord
from incident_hub.intake import Ack

__all__ = ["WebhookDoor", "parse_and_submit", "webhook_routes"]

_RETRY_SECONDS = "60"


class WebhookDoor:
    """One route for every slug. The answer leaves only after the alerts are durable."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 202 with what became of each alert, or a refusal."""
        try:
            slug = scope["path"].rpartition("/")[2]
            acks, rejected = await parse_and_submit(self._services, slug, scope, receive)
            if len(acks) == 1 and not rejected:
                await send_json(send, 202, _single(acks[0]))
                return
            answer = _answer(acks, rejected)
        except Exception as error:
            refusal = as_http_error(error)
            if refusal is None:
                raise
            answer = error_answer(refusal)
        await answer(scope, receive, send)


async def parse_and_submit(
    services: Services, slug: str, scope: Scope, receive: Receive
) -> tuple[list[Ack], Sequence[RejectedItem]]:
    """Read, verify, parse and store one request; the same for every door that takes alerts."""
    known = services.registry.parsers.get(slug)
    if known is None:
        raise _unknown(slug, services)
    body = await read_body(scope, receive, services.config.intake.max_body_bytes)
    await services.intake.admit(len(body))
    query = QueryParams(scope["query_string"]) if scope["query_string"] else EMPTY
    request = WebhookRequest(slug, header_map(scope), query, body, partial(decode_json, body))
    plugin, parser = known
    if isinstance(parser, RemoteParser):
        delivery = await _receive(services, plugin, parser, request)
    else:
        delivery = _parse(services.registry.records[plugin], parser, request)
    key = f"{slug}:{delivery.delivery_id}" if delivery.delivery_id else ""
    acks = (
        await services.intake.submit(delivery.alerts, delivery_key=key, body=body) if delivery.alerts else []
    )
    return acks, delivery.rejected


def webhook_routes(services: Services) -> list[DirectRoute]:
    """The door's route."""
    return [DirectRoute("/webhooks/{slug}", WebhookDoor(services))]


def _parse(record: PluginRecord, parser: WebhookParser, request: WebhookRequest) -> Delivery:
    """Run the plugin's code; whatever it raises, other than its own refusals, is its fault and said so."""
    begun = perf_counter()
    failed = True
    try:
        if parser.verify is not None:
            parser.verify(request)
        delivery = parser.parse(request)
        failed = not isinstance(delivery, Delivery)
    except PluginError:
        failed = False
        raise
    except Exception as error:
        message = f"the parser plugin {record.name!r} failed on this payload: {type(error).__name__}"
        raise HttpError(422, "parser_failed", message) from error
    finally:
        record.count(perf_counter() - begun, failed=failed)
    if failed:
        raise HttpError(422, "parser_failed", f"the parser plugin {record.name!r} returned no delivery")
    return delivery


async def _receive(
    services: Services, plugin: str, parser: RemoteParser, request: WebhookRequest
) -> Delivery:
    """The same in the plugin's own process. When that is down, the sender is to come again."""
    deadline = services.config.plugin_calls.deadline_seconds
    outcome = await services.dispatcher.call(plugin, parser.receive, request, deadline=deadline)
    match outcome.error:
        case None if isinstance(outcome.value, Delivery):
            return outcome.value
        case ChildDownError() | ChildDiedError() | CircuitOpenError() | RateLimitedError() | TimeoutError():
            message = f"the parser plugin {plugin!r} cannot be called now; nothing was accepted"
            raise HttpError(503, "parser_unavailable", message, headers={"Retry-After": "2"})
        case PluginError() as refusal:
            raise refusal
        case error:
            message = f"the parser plugin {plugin!r} failed on this payload: {type(error).__name__}"
            raise HttpError(422, "parser_failed", message) from error


def _answer(acks: Sequence[Ack], rejected: Sequence[RejectedItem]) -> Response:
    if not acks and not rejected:
        return error_answer(HttpError(400, "no_alerts", "the body holds no alert"))
    body = {
        "accepted": len(acks),
        "alerts": [{"alertId": a.alert_id, "incidentId": a.incident_id, "status": a.status} for a in acks],
        "rejected": [_rejection(item) for item in rejected],
    }
    return JsonAnswer(body, status_code=202 if acks else 400)


def _single(ack: Ack) -> bytes:
    alert = {"alertId": ack.alert_id, "incidentId": ack.incident_id, "status": ack.status}
    return orjson.dumps({"accepted": 1, "alerts": [alert], "rejected": []})


def _rejection(item: RejectedItem) -> dict[str, object]:
    return {"index": item.index, "code": item.code, "message": item.message, "path": item.path}


def _unknown(slug: str, services: Services) -> HttpError:
    if services.config.safe_mode:
        message = (
            "the hub is in safe mode, without the plugins that read webhooks: send it again once it is not; "
            "GraphQL serves as ever"
        )
        return HttpError(503, "safe_mode", message, headers={"Retry-After": _RETRY_SECONDS})
    hint = did_you_mean(slug, services.registry.parsers)
    message = (
        f"no plugin takes webhooks at /webhooks/{slug}{hint}; `incident-hub plugins list` shows who does"
    )
    return HttpError(404, "unknown_slug", message)
