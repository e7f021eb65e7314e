"""What every call from the hub to a plugin must stand: cancellation, deadlines, crowds, a broken outside."""

import asyncio
from typing import Any, ClassVar

import pytest

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.errors import DeliveryError, PluginError
from incident_hub_hookspecs.testing.conformance.base import Conformance
from incident_hub_hookspecs.testing.conformance.checks import hold, snapshot
from incident_hub_hookspecs.testing.conformance.stage import HANGS, Stage
from incident_hub_hookspecs.testing.http import Answer, Reply

__all__ = ["CallConformance"]

_SECONDS = 0.1
_CROWD = 20
_TURNS, _TURN = 50, 0.001

BROKEN: dict[str, Reply] = {
    "500": Answer(500, "<h1>Internal Server Error</h1>"),
    "503": Answer(503, headers={"Retry-After": "7"}),
    "429": Answer(429, {"error": "slow down"}, {"retry-after": "Wed, 21 Oct 2099 07:28:00 GMT"}),
    "401": Answer(401, {"error": "who are you?"}),
    "404": Answer(404),
    "redirect": Answer(302, headers={"location": "http://169.254.169.254/"}),
    "empty": Answer(200),
    "html": Answer(200, "<html>Please log in</html>"),
    "binary": Answer(200, bytes(range(256))),
    "null": Answer(200, b"null"),
    "list": Answer(200, [None, [], {}, "x"]),
    "wrong types": Answer(200, {"id": [], "ok": None, "result": {"data": 1}, "error": "x" * 10_000}),
    "endless": Answer(endless=True),
    "unreachable": DeliveryError("receiver.example: connect error"),
}


class CallConformance(Conformance):
    """Shared by all kinds that the hub calls; `ask` makes one ordinary call and `check` looks at its answer."""

    deterministic: ClassVar[bool] = True
    """Whether the same question, asked again, has the same answer."""

    @pytest.fixture
    def subject(self) -> Any:
        """What is called: what the plugin registered, or a tuple that begins with it."""
        raise NotImplementedError

    async def ask(self, subject: Any, context: CallContext, number: int = 0) -> Any:
        """One ordinary call; another `number` is about another incident."""
        raise NotImplementedError

    def check(self, answer: Any, number: int = 0) -> None:
        """Fail when the answer is not what the contract says."""
        raise NotImplementedError

    def test_an_ordinary_call_answers_as_the_contract_says(self, subject: Any, stage: Stage) -> None:
        """The right types, in the right lengths, without a secret in them."""
        answer = stage.run(lambda: self.ask(subject, stage.context))
        self.check(answer)
        stage.watch.look("an answer", repr(answer))
        registered = subject[0] if isinstance(subject, tuple) else subject
        stage.watch.look("the repr of what the plugin registered", repr(registered))

    def test_the_same_question_has_the_same_answer(self, subject: Any, stage: Stage) -> None:
        """Unless `deterministic` says that it need not."""

        async def twice() -> tuple[Any, Any]:
            return await self.ask(subject, stage.context), await self.ask(subject, stage.context)

        one, other = stage.run(twice)
        self.check(other)
        hold(not self.deterministic or snapshot(one) == snapshot(other), "the answers differ")

    def test_calls_at_once_do_not_mix(self, subject: Any, stage: Stage) -> None:
        """Twenty together answer as one after the other do."""

        async def crowd() -> tuple[list[Any], list[Any]]:
            alone = [await self.ask(subject, stage.context, number) for number in range(_CROWD)]
            asked = [self.ask(subject, stage.context, number) for number in range(_CROWD)]
            return alone, await asyncio.gather(*asked)

        alone, together = stage.run(crowd)
        for number, answer in enumerate(together):
            self.check(answer, number)
        hold(not self.deterministic or snapshot(alone) == snapshot(together), "the answers differ")

    def test_a_cancelled_call_ends_soon_and_leaves_all_usable(self, subject: Any, stage: Stage) -> None:
        """The hub cancels what takes too long. Whatever was awaited meanwhile, the next call works."""

        async def cancel() -> Any:
            stage.stall()
            task = asyncio.ensure_future(self.ask(subject, stage.context))
            for _ in range(_TURNS):
                await asyncio.sleep(_TURN)
                if stage.waited_for or task.done():
                    break
            waited = task.cancel()
            ended, _ = await asyncio.wait([task], timeout=HANGS / 2)
            hold(ended, "the call goes on after it was cancelled")
            hold(
                not waited or task.cancelled(), "the call swallows its cancellation: let CancelledError pass"
            )
            stage.resume()
            return await self.ask(subject, stage.context)

        self.check(stage.run(cancel))

    def test_the_deadline_is_honoured(self, subject: Any, stage: Stage) -> None:
        """Each request to the outside is given no more time than the call has."""
        context = stage.hurried(_SECONDS)
        # Whoever is given too much time has failed already, and is not waited for.
        stage.http.will(lambda sent: Answer(delay=HANGS * 2 if sent.timeout <= _SECONDS else 0.0))

        async def hurry() -> None:
            try:
                self.check(await self.ask(subject, context))
            except PluginError as error:
                stage.watch.look_at_error(error)

        stage.run(hurry)
        for sent in stage.http.sent:
            told = f"{sent.method} was given {sent.timeout:g} s of {_SECONDS:g}"
            hold(sent.timeout <= _SECONDS, f"{told}: pass `timeout=context.deadline_seconds`")

    @pytest.mark.parametrize("reply", BROKEN.values(), ids=BROKEN.keys())
    def test_a_broken_outside_is_an_answer_or_a_delivery_error(
        self,
        subject: Any,
        stage: Stage,
        reply: Reply,
    ) -> None:
        """Nothing but `DeliveryError` comes of what the outside does, and it tells no secret."""
        stage.http.will(reply)

        async def try_it() -> None:
            try:
                self.check(await self.ask(subject, stage.context))
            except DeliveryError as error:
                stage.watch.look_at_error(error)

        stage.run(try_it)
