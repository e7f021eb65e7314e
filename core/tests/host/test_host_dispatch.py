"""Calling plugins: every ending is an outcome, every outcome is counted, nobody waits for a broken one."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from incident_hub.host.circuit import CircuitOpenError
from incident_hub.host.dispatch import Call, Dispatcher, RateLimitedError
from incident_hub.host.registry import Registry
from incident_hub.host.status import PluginRecord, PluginStatus
from incident_hub.host.threads import TooManyThreadsError
from incident_hub_hookspecs import DeliveryError, PayloadError


class Time:
    """A monotonic clock that stands still until told."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def registry() -> Registry:
    names = ("p", "q")
    return Registry(records={name: PluginRecord(name, "dist", "1", PluginStatus.ACTIVE) for name in names})


@pytest.fixture
def dispatcher(registry: Registry, clock: Time) -> Dispatcher:
    return Dispatcher(registry, now=clock)


async def double(number: int, *, extra: int = 0) -> int:
    return number * 2 + extra


async def fail() -> None:
    raise RuntimeError("broken")


async def test_an_answer_is_an_outcome(dispatcher: Dispatcher, registry: Registry) -> None:
    outcome = await dispatcher.call("p", double, 4, deadline=1, extra=1)
    assert (outcome.plugin, outcome.value, outcome.error, outcome.ok) == ("p", 9, None, True)
    assert (registry.records["p"].calls, registry.records["p"].errors) == (1, 0)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("x"),
        SystemExit(2),
        GeneratorExit(),
        BaseExceptionGroup("g", [SystemExit()]),
        ExceptionGroup("g", [ValueError()]),
        asyncio.CancelledError("its own"),
        TimeoutError("its own"),
        StopAsyncIteration(),
    ],
)
async def test_whatever_is_raised_is_an_outcome(
    dispatcher: Dispatcher, registry: Registry, error: BaseException
) -> None:
    async def bad() -> None:
        raise error

    def blocking() -> None:
        raise error

    assert (await dispatcher.call("p", bad, deadline=1)).error is error
    assert (await dispatcher.call("p", blocking, deadline=1)).error is error
    assert (registry.records["p"].calls, registry.records["p"].errors) == (2, 2)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), BaseExceptionGroup("g", [KeyboardInterrupt()])])
async def test_the_users_interruption_passes(dispatcher: Dispatcher, error: BaseException) -> None:
    async def bad() -> None:
        raise error

    with pytest.raises(type(error)):
        await dispatcher.call("p", bad, deadline=1)


async def test_the_callers_cancellation_passes(dispatcher: Dispatcher, registry: Registry) -> None:
    task = asyncio.create_task(dispatcher.call("p", asyncio.sleep, 60, deadline=60))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert registry.records["p"].errors == 0


async def test_a_hanging_plugin_is_left_at_the_deadline(dispatcher: Dispatcher) -> None:
    begun = time.monotonic()
    outcome = await dispatcher.call("p", asyncio.sleep, 60, deadline=0.05)
    assert isinstance(outcome.error, TimeoutError)
    assert str(outcome.error) == "p: no answer within 0.05 s"
    assert time.monotonic() - begun < 1


async def test_a_plain_function_runs_in_a_thread(dispatcher: Dispatcher) -> None:
    outcome = await dispatcher.call("p", threading.get_ident, deadline=1)
    assert outcome.value not in (None, threading.get_ident())


async def test_a_plain_function_may_return_an_awaitable(dispatcher: Dispatcher) -> None:
    def later() -> Awaitable[int]:
        return double(3)

    assert (await dispatcher.call("p", later, deadline=1)).value == 6


async def test_an_object_with_an_async_call_is_awaited(dispatcher: Dispatcher) -> None:
    class Callable:
        async def __call__(self) -> int:
            return threading.get_ident()

    assert (await dispatcher.call("p", Callable(), deadline=1)).value == threading.get_ident()


async def test_hanging_threads_are_bounded_and_hold_nobody_up(dispatcher: Dispatcher, clock: Time) -> None:
    release = threading.Event()
    outcomes = []
    for _ in range(12):
        clock.at += 60
        outcomes.append(await dispatcher.call("p", release.wait, deadline=0.01))
    assert [type(one.error) for one in outcomes[:8]] == [TimeoutError] * 8
    assert isinstance(outcomes[8].error, TooManyThreadsError)
    assert (await dispatcher.call("q", threading.get_ident, deadline=1)).ok
    release.set()
    clock.at += 60
    await asyncio.sleep(0.05)
    assert (await dispatcher.call("p", threading.get_ident, deadline=1)).ok


async def open_circuit(dispatcher: Dispatcher, fn: Callable[[], Awaitable[Any]] = fail) -> None:
    for _ in range(5):
        assert not (await dispatcher.call("p", fn, deadline=1)).ok


async def test_a_circuit_opens_and_recovers_by_monotonic_time(
    dispatcher: Dispatcher, registry: Registry, clock: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_circuit(dispatcher)
    record = registry.records["p"]
    assert record.status is PluginStatus.DEGRADED
    refused = await dispatcher.call("p", double, 1, deadline=1)
    assert isinstance(refused.error, CircuitOpenError)
    assert refused.error.retry_after == 30
    assert record.calls == 5
    clock.at += 29
    assert isinstance((await dispatcher.call("p", double, 1, deadline=1)).error, CircuitOpenError)
    clock.at += 1
    assert (await dispatcher.call("p", double, 1, deadline=1)).value == 2
    assert (registry.records["p"].status, registry.records["p"].reason) == (PluginStatus.ACTIVE, "")


async def test_the_circuit_of_one_plugin_is_not_anothers(dispatcher: Dispatcher) -> None:
    await open_circuit(dispatcher)
    assert (await dispatcher.call("q", double, 1, deadline=1)).ok


async def test_the_circuit_of_one_target_is_not_anothers(dispatcher: Dispatcher, registry: Registry) -> None:
    for _ in range(5):
        await dispatcher.call("p", fail, deadline=1, circuit="dead")
    assert isinstance(
        (await dispatcher.call("p", double, 1, deadline=1, circuit="dead")).error, CircuitOpenError
    )
    assert (await dispatcher.call("p", double, 1, deadline=1, circuit="alive")).ok
    assert registry.records["p"].status is PluginStatus.DEGRADED
    assert "p:dead" in registry.records["p"].reason


async def test_a_half_open_circuit_lets_one_probe_through(dispatcher: Dispatcher, clock: Time) -> None:
    await open_circuit(dispatcher)
    clock.at += 30
    gate = asyncio.Event()
    probe = asyncio.create_task(dispatcher.call("p", gate.wait, deadline=5))
    await asyncio.sleep(0)
    others = await dispatcher.gather([Call("p", double, (1,))] * 5, deadline=1)
    assert all(isinstance(one.error, CircuitOpenError) for one in others)
    gate.set()
    assert (await probe).ok
    assert (await dispatcher.call("p", double, 1, deadline=1)).ok


async def test_a_probe_that_fails_opens_the_circuit_again(dispatcher: Dispatcher, clock: Time) -> None:
    await open_circuit(dispatcher)
    clock.at += 30
    assert isinstance((await dispatcher.call("p", fail, deadline=1)).error, RuntimeError)
    assert isinstance((await dispatcher.call("p", fail, deadline=1)).error, CircuitOpenError)
    clock.at += 30
    assert (await dispatcher.call("p", double, 1, deadline=1)).ok


async def test_a_cancelled_probe_leaves_room_for_the_next(dispatcher: Dispatcher, clock: Time) -> None:
    await open_circuit(dispatcher)
    clock.at += 30
    probe = asyncio.create_task(dispatcher.call("p", asyncio.sleep, 60, deadline=60))
    await asyncio.sleep(0)
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    assert (await dispatcher.call("p", double, 1, deadline=1)).ok


async def test_a_late_failure_of_before_does_not_open_a_recovered_circuit(
    dispatcher: Dispatcher, clock: Time
) -> None:
    gate = asyncio.Event()

    async def late() -> None:
        await gate.wait()
        raise RuntimeError("late")

    old = [asyncio.create_task(dispatcher.call("p", late, deadline=9)) for _ in range(9)]
    await asyncio.sleep(0)
    await open_circuit(dispatcher)
    clock.at += 30
    assert (await dispatcher.call("p", double, 1, deadline=1)).ok
    gate.set()
    await asyncio.gather(*old)
    assert (await dispatcher.call("p", double, 1, deadline=1)).ok


async def test_a_success_between_failures_keeps_the_circuit_closed(dispatcher: Dispatcher) -> None:
    for _ in range(10):
        for _ in range(4):
            await dispatcher.call("p", fail, deadline=1)
        assert (await dispatcher.call("p", double, 1, deadline=1)).ok


@pytest.mark.parametrize("error", [PayloadError("c", "m"), DeliveryError("gone", retry=False)])
async def test_saying_no_is_no_failure(dispatcher: Dispatcher, registry: Registry, error: Exception) -> None:
    async def refuse() -> None:
        raise error

    for _ in range(20):
        assert (await dispatcher.call("p", refuse, deadline=1)).error is error
    assert registry.records["p"].status is PluginStatus.ACTIVE
    assert registry.records["p"].errors == 20


async def test_a_rate_makes_calls_wait_and_a_deadline_ends_the_wait(registry: Registry) -> None:
    registry.rates["p"] = 20.0
    dispatcher = Dispatcher(registry)
    begun = time.monotonic()
    outcomes = await dispatcher.gather([Call("p", double, (1,))] * 25, deadline=5)
    assert all(one.ok for one in outcomes)
    assert time.monotonic() - begun > 0.2
    registry.rates["q"] = 0.1
    assert (await dispatcher.call("q", double, 1, deadline=0.05)).ok
    assert isinstance((await dispatcher.call("q", double, 1, deadline=0.05)).error, RateLimitedError)
    assert registry.records["q"].calls == 1


async def test_gather_keeps_the_order_and_every_outcome(dispatcher: Dispatcher) -> None:
    calls = [Call("p", asyncio.sleep, (60,)), Call("q", double, (2,), {"extra": 1}), Call("p", fail)]
    begun = time.monotonic()
    slow, good, bad = await dispatcher.gather(calls, deadline=0.1)
    assert time.monotonic() - begun < 1
    assert isinstance(slow.error, TimeoutError)
    assert good.value == 5
    assert isinstance(bad.error, RuntimeError)
    assert await dispatcher.gather([], deadline=1) == []


async def test_gather_leaves_a_plugin_behind_that_will_not_end(
    dispatcher: Dispatcher, registry: Registry
) -> None:
    stop = asyncio.Event()

    async def stubborn() -> None:
        while not stop.is_set():
            try:
                await stop.wait()
            except asyncio.CancelledError:
                continue

    begun = time.monotonic()
    for _ in range(5):
        (outcome,) = await dispatcher.gather([Call("p", stubborn)], deadline=0.01)
        assert isinstance(outcome.error, TimeoutError)
    assert time.monotonic() - begun < 3
    assert registry.records["p"].status is PluginStatus.DEGRADED
    stop.set()
    await asyncio.sleep(0.01)


async def test_a_cancelled_gather_cancels_its_calls(dispatcher: Dispatcher) -> None:
    ended = asyncio.Event()

    async def wait() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    task = asyncio.create_task(dispatcher.gather([Call("p", wait)], deadline=60))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(ended.wait(), 1)
