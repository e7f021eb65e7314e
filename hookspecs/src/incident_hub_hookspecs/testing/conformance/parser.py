"""Webhook parsers."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from incident_hub_hookspecs.errors import PayloadError, SignatureError
from incident_hub_hookspecs.parsing import Delivery, WebhookParser, WebhookRequest
from incident_hub_hookspecs.testing.builders import webhook_request
from incident_hub_hookspecs.testing.canary import CANARY
from incident_hub_hookspecs.testing.conformance.base import Conformance
from incident_hub_hookspecs.testing.conformance.checks import hold, snapshot
from incident_hub_hookspecs.testing.conformance.delivery import check_delivery
from incident_hub_hookspecs.testing.conformance.stage import Stage
from incident_hub_hookspecs.testing.garbage import GARBAGE_BODIES, mutations
from incident_hub_hookspecs.testing.hostile import HOSTILE_TEXTS
from incident_hub_hookspecs.testing.registering import implementation

__all__ = ["WebhookParserConformance"]

Sign = Callable[[bytes], Mapping[str, str]]


class WebhookParserConformance(Conformance):
    """For a plugin with `register_webhook_parsers`; a class for each `slug`.

    Override `examples` with bodies as the sender sends them: bytes, text, or paths of files. Override `sign`
    when requests are verified.
    """

    slug: ClassVar[str] = ""

    @pytest.fixture
    def parser(self, plugin: object, stage: Stage) -> WebhookParser:
        """The parser under test."""
        call = implementation(plugin, "register_webhook_parsers")
        hold(call, "the plugin does not implement `register_webhook_parsers`")
        parsers: Sequence[WebhookParser] = call(context=stage.registration)  # type: ignore[misc]
        found = [one for one in parsers if one.slug == self.slug or not self.slug]
        slugs = ", ".join(one.slug for one in parsers)
        hold(len(found) == 1, f"{type(self).__name__} needs `slug`, one of {slugs}")
        return found[0]

    @pytest.fixture
    def examples(self) -> Sequence[bytes | str | Path]:
        """Bodies that the parser understands."""
        return ()

    @pytest.fixture
    def bodies(self, examples: Sequence[bytes | str | Path]) -> Sequence[bytes]:
        """The examples as bytes."""
        hold(examples, "override `examples` with bodies as the sender sends them")
        return [_bytes(one) for one in examples]

    @pytest.fixture
    def headers(self) -> Mapping[str, str]:
        """What the sender's requests carry beside a signature."""
        return {"content-type": "application/json"}

    @pytest.fixture
    def sign(self) -> Sign:
        """The headers that prove a body, when the secret is `CANARY`."""
        return lambda _body: {}

    def _request(self, parser: WebhookParser, body: bytes, headers: Mapping[str, str]) -> WebhookRequest:
        return webhook_request(parser.slug, body, headers)

    def _parsed(self, parser: WebhookParser, stage: Stage, request: WebhookRequest) -> Delivery | None:
        """The checked delivery, or None for one that was refused in the contract's words."""
        try:
            delivery = parser.parse(request)
        except PayloadError as error:
            hold(error.code, f"a PayloadError without a code: {error}")
            stage.watch.look_at_error(error)
            return None
        except Exception as error:
            stage.watch.look_at_error(error)
            raise AssertionError(f"{type(error).__name__} for the body {request.body[:200]!r}") from error
        check_delivery(delivery)
        stage.watch.look("a delivery", repr(delivery) if CANARY.encode() not in request.body else "")
        return delivery

    def test_it_does_not_block_the_loop(self, parser: WebhookParser) -> None:
        """It runs in the request, so `parse` and `verify` are plain functions."""
        for function in (parser.parse, parser.verify):
            hold(not inspect.iscoroutinefunction(function), f"{function!r} must not be `async def`")

    def test_examples_become_alerts(
        self, parser: WebhookParser, bodies: Sequence[bytes], headers: Mapping[str, str], stage: Stage
    ) -> None:
        """Each holds at least one alert, and the same body is the same alerts again."""
        for body in bodies:
            request = self._request(parser, body, headers)
            delivery = self._parsed(parser, stage, request)
            hold(delivery and delivery.alerts, f"no alert in the example {body[:200]!r}")
            again = self._parsed(parser, stage, self._request(parser, body, headers))
            hold(snapshot(again) == snapshot(delivery), "the same body is not the same alerts again")

    def test_a_repeated_delivery_is_known(
        self, parser: WebhookParser, bodies: Sequence[bytes], headers: Mapping[str, str], stage: Stage
    ) -> None:
        """An id of a delivery, when there is one, is the sender's: headers of a proxy do not change it."""
        ids = []
        for hop in ("one", "two"):
            sent = {**headers, "x-request-id": hop, "traceparent": hop, "x-forwarded-for": hop}
            delivery = self._parsed(parser, stage, self._request(parser, bodies[0], sent))
            ids.append(delivery and delivery.delivery_id)
        hold(ids[0] == ids[1], f"`delivery_id` comes from a header that proxies set: {ids}")

    @pytest.mark.parametrize("body", GARBAGE_BODIES.values(), ids=GARBAGE_BODIES.keys())
    def test_garbage_is_a_payload_error(
        self, parser: WebhookParser, stage: Stage, headers: Mapping[str, str], body: bytes
    ) -> None:
        """Never another exception; what can be used of it is a sound delivery."""
        self._parsed(parser, stage, self._request(parser, body, headers))

    def test_an_example_with_one_thing_wrong_is_survived(
        self, parser: WebhookParser, bodies: Sequence[bytes], headers: Mapping[str, str], stage: Stage
    ) -> None:
        """Each value left out, of a wrong type, huge or hostile: a sound delivery, or `PayloadError`."""
        for body in bodies:
            for wrong in mutations(body):
                self._parsed(parser, stage, self._request(parser, wrong, headers))

    @pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
    def test_hostile_headers_and_queries_are_survived(
        self, parser: WebhookParser, bodies: Sequence[bytes], stage: Stage, text: str
    ) -> None:
        """Whatever stands in them; a header is one line."""
        line = "".join(text.splitlines())
        names = ("content-type", "idempotency-key", "x-event", "x-github-event", "user-agent")
        sent = dict.fromkeys(names, line)
        request = webhook_request(parser.slug, bodies[0], sent, {"id": text, text: text})
        self._parsed(parser, stage, request)

    def test_a_signed_request_is_let_in(
        self, parser: WebhookParser, bodies: Sequence[bytes], headers: Mapping[str, str], sign: Sign
    ) -> None:
        """What the sender signed is believed."""
        hold(parser.verify or not sign(b""), "`sign` signs, but the parser has no `verify`")
        for body in bodies:
            if parser.verify:
                parser.verify(self._request(parser, body, {**headers, **sign(body)}))

    def test_a_tampered_request_is_refused(
        self,
        parser: WebhookParser,
        bodies: Sequence[bytes],
        headers: Mapping[str, str],
        sign: Sign,
        stage: Stage,
    ) -> None:
        """Another body, no signature, a changed one: `SignatureError`, which tells no secret."""
        if not parser.verify:
            return
        body = bodies[0]
        signed = dict(sign(body))
        hold(signed, "the parser verifies: override `sign` with the headers that prove a body")
        forged: list[tuple[bytes, Mapping[str, str]]] = [(body + b" ", signed), (b"", signed), (body, {})]
        for name, value in signed.items():
            others = (
                "",
                value[:-1],
                value + "\n",
                _flipped(value),
                "0" * len(value),
                "\u00e9" * 64,
                "\u0663",
            )
            forged += [(body, {**signed, name: other}) for other in others]
            forged.append((body, {key: one for key, one in signed.items() if key != name}))
        for sent, proof in forged:
            refused = _refused(parser.verify, self._request(parser, sent, {**headers, **proof}), stage)
            hold(refused, f"let in: {sent[:80]!r} with {proof}")


def _refused(verify: Callable[[WebhookRequest], Any], request: WebhookRequest, stage: Stage) -> bool:
    try:
        verify(request)
    except SignatureError as error:
        stage.watch.look_at_error(error)
        return True
    return False


def _flipped(value: str) -> str:
    """The value with its middle character changed."""
    at = len(value) // 2
    return value[:at] + ("0" if value[at : at + 1] != "0" else "1") + value[at + 1 :]


def _bytes(example: bytes | str | Path) -> bytes:
    if isinstance(example, Path):
        return example.read_bytes()
    return example.encode() if isinstance(example, str) else example
