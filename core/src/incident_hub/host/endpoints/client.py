"""The contract's `HttpClient` of one plugin: single requests as they are, calls of endpoints with all care."""

import logging
from asyncio import get_running_loop, sleep
from collections.abc import Mapping
from time import perf_counter

from incident_hub_hookspecs import (
    Clock,
    DeliveryCode,
    DeliveryError,
    Endpoint,
    HttpResponse,
)
from incident_hub_hookspecs.outgoing import answer_code, host_of, retry_after

from incident_hub.host.circuit import Circuit, CircuitOpenError
from incident_hub.host.endpoints.credentials import Identity
from incident_hub.host.endpoints.raw import RawHttp
from incident_hub.host.endpoints.room import Room
from incident_hub.host.endpoints.tries import failed, pause, repeatable, worth_repeating
from incident_hub.host.status import EndpointRecord, PluginRecord

__all__ = ["PluginHttp"]

_NO_HEADERS: Mapping[str, str] = {}
_Result = HttpResponse | DeliveryError


class _Known:
    """What is kept of one endpoint between calls."""

    def __init__(self, endpoint: Endpoint, plugin: PluginRecord, raw: RawHttp, clock: Clock) -> None:
        name = f"{plugin.name}@{endpoint.name}"
        self.endpoint = endpoint
        self.circuit = Circuit(
            name,
            plugin.note_circuit,
            failures=endpoint.failures_to_open,
            reset_seconds=endpoint.reset_seconds,
        )
        self.room = Room(endpoint, name)
        self.identity = Identity(endpoint, raw, clock)
        self.record = EndpointRecord(endpoint.name, host_of(endpoint.url), self.circuit)


class _Request:
    """One call's request, and what is left of its time."""

    def __init__(self, method: str, path: str, headers: dict[str, str], body: bytes, timeout: float) -> None:
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self._ends = get_running_loop().time() + timeout

    @property
    def left(self) -> float:
        return self._ends - get_running_loop().time()


class PluginHttp:
    """One for each plugin; the connections below are everybody's."""

    def __init__(self, raw: RawHttp, plugin: PluginRecord, clock: Clock, log: logging.Logger) -> None:
        self._raw, self._plugin, self._clock, self._log = raw, plugin, clock, log
        self._known: dict[str, _Known] = {}

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] = _NO_HEADERS,
        body: bytes = b"",
        timeout: float = 10.0,
        allow_private: bool = False,
    ) -> HttpResponse:
        """Send one request, once."""
        return await self._raw.request(
            method, url, headers=headers, body=body, timeout=timeout, allow_private=allow_private
        )

    async def call(
        self,
        endpoint: Endpoint,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] = _NO_HEADERS,
        body: bytes = b"",
        timeout: float = 10.0,
        idempotency_key: str = "",
        tokens: int = 0,
    ) -> HttpResponse:
        """Call a service; see the contract."""
        known = self._of(endpoint)
        sent = {**headers, **({"Idempotency-Key": idempotency_key} if idempotency_key else {})}
        request = _Request(method, path, sent, body, timeout)
        tries = endpoint.tries if repeatable(method, idempotency_key) else 1
        begun = perf_counter()
        result = await self._repeat(known, request, tries, tokens)
        self._note(known, result, perf_counter() - begun)
        if isinstance(result, DeliveryError):
            raise result
        return result

    def _of(self, endpoint: Endpoint) -> _Known:
        """What is known of it; anything that changed in the configuration starts anew."""
        known = self._known.get(endpoint.name)
        if known is None or known.endpoint != endpoint:
            if known is not None:
                known.circuit.reset()
                self._plugin.note_endpoint(known.record, "")
            known = self._known[endpoint.name] = _Known(endpoint, self._plugin, self._raw, self._clock)
            self._plugin.circuits[known.circuit.name] = known.circuit
            self._plugin.endpoints[endpoint.name] = known.record
        return known

    async def _repeat(self, known: _Known, request: _Request, tries: int, tokens: int) -> _Result:
        renewed = False
        tried = 0
        while True:
            result = await self._once(known, request, tokens)
            if isinstance(result, HttpResponse) and result.status == 401 and known.identity.renews:
                known.identity.forget()
                if not renewed:  # it was refused unread, so it may go again whatever it is
                    renewed = True
                    continue
            tried += 1
            wait = self._pause(known, result, tried)
            if tried >= tries or not worth_repeating(result) or wait >= request.left:
                return result
            await sleep(wait)

    def _pause(self, known: _Known, result: _Result, tried: int) -> float:
        if isinstance(result, DeliveryError):
            return pause(known.endpoint, tried, result.retry_after)
        asked = retry_after(result.headers, self._clock.now())
        if asked and worth_repeating(result):
            known.room.be_quiet(asked)
        return pause(known.endpoint, tried, asked)

    async def _once(self, known: _Known, request: _Request, tokens: int) -> _Result:
        """One try; `CancelledError` comes through, and gives the probe back."""
        try:
            known.circuit.check()
            async with known.room.turn(tokens, request.left):
                number = known.circuit.enter()
                try:
                    result = await self._send(known, request)
                except BaseException:
                    known.circuit.abandoned(number)
                    raise
        except CircuitOpenError as error:
            return DeliveryError(str(error), retry_after=error.retry_after, code=DeliveryCode.CIRCUIT_OPEN)
        except DeliveryError as error:
            return error
        (known.circuit.failed if failed(result) else known.circuit.succeeded)(number)
        return result

    async def _send(self, known: _Known, request: _Request) -> _Result:
        endpoint = known.endpoint
        try:
            own = await known.identity.headers(request.method, request.path, request.body, request.left)
            known.record.tries += 1
            return await self._raw.request(
                request.method,
                endpoint.url.rstrip("/") + request.path,
                headers={**request.headers, **own},
                body=request.body,
                timeout=request.left,
                allow_private=endpoint.allow_private,
                tls=endpoint.tls,
            )
        except DeliveryError as error:
            return error

    def _note(self, known: _Known, result: _Result, seconds: float) -> None:
        """Count the call, tell people when the service is in trouble, and leave one line in the log."""
        bad = isinstance(result, DeliveryError) or result.status >= 400
        code = (
            ""
            if not bad
            else result.code
            if isinstance(result, DeliveryError)
            else answer_code(result.status)
        )
        known.record.count(seconds, failed=bad)
        if bad:
            known.record.failures[str(code)] += 1
        self._plugin.note_endpoint(known.record, _trouble(known, result, str(code)))
        status = result.status if isinstance(result, HttpResponse) else 0
        self._log.debug(
            "called %s: %s",
            known.circuit.name,
            code or status,
            extra={"endpoint": known.circuit.name, "status": status, "code": str(code), "seconds": seconds},
        )


def _trouble(known: _Known, result: _Result, code: str) -> str:
    """In words, when the service did badly or does not know us; a bad request of ours is no trouble of it."""
    if code == DeliveryCode.CIRCUIT_OPEN:
        return known.record.trouble
    if code == DeliveryCode.AUTHENTICATION_ERROR:
        return f"{known.endpoint.name} refuses our credentials"
    if code == DeliveryCode.RATE_LIMIT or not failed(result):
        return ""
    return (
        str(result) if isinstance(result, DeliveryError) else f"{known.record.host} answered {result.status}"
    )
