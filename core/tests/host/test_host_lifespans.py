"""Lifespans are entered in order and left in reverse; one that fails costs its plugin, in bounded time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from importlib import metadata
from types import SimpleNamespace

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.host.config import HubConfig
from incident_hub.host.handed import Handed
from incident_hub.host.lifespans import Lifespans
from incident_hub.host.loader import load_plugins
from incident_hub.host.status import PluginStatus
from incident_hub.hub import Hub
from incident_hub_hookspecs import hookimpl

Made = Callable[..., AbstractAsyncContextManager[None]]


@pytest.fixture(autouse=True)
def only_what_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "entry_points", lambda **_: ())


def plugin(lifespan: Made) -> object:
    return SimpleNamespace(lifespan=hookimpl(lifespan))


def lifespans(deadline: float = 5, **given: Made) -> Lifespans:
    extra = [(name, plugin(one)) for name, one in given.items()]
    registry = load_plugins(HubConfig(), Handed.for_looking(HubClock()), extra)
    return Lifespans(registry, deadline=deadline)


def status(made: Lifespans, name: str) -> tuple[PluginStatus, str]:
    record = made._registry.records[name]
    return record.status, record.reason


def told(log: list[str], name: str) -> Made:
    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        log.append(f"{name} in")
        yield
        log.append(f"{name} out")

    return lifespan


async def test_they_are_entered_by_name_and_left_in_reverse() -> None:
    log: list[str] = []
    made = lifespans(b=told(log, "b"), a=told(log, "a"), c=told(log, "c"))
    await made.enter()
    await made.leave()
    assert log == ["a in", "b in", "c in", "c out", "b out", "a out"]


def raising(error: BaseException) -> Made:
    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        raise error
        yield

    return lifespan


@asynccontextmanager
async def hanging() -> AsyncIterator[None]:
    await asyncio.Event().wait()
    yield


@asynccontextmanager
async def stubborn() -> AsyncIterator[None]:
    for _ in range(3):
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0.5)
    yield


def no_manager() -> int:
    return 7


async def a_coroutine() -> None: ...


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (raising(OSError("no such broker")), "OSError: no such broker"),
        (raising(SystemExit(1)), "SystemExit: 1"),
        (hanging, "it was not entered within 0.1 s"),
        (stubborn, "it was not entered within 0.1 s"),
        (no_manager, "TypeError: "),
        (a_coroutine, "TypeError: it must return an async context manager"),
    ],
)
async def test_one_that_cannot_be_entered_fails_and_is_dropped(bad: Made, why: str) -> None:
    log: list[str] = []
    made = lifespans(0.1, a=told(log, "a"), b=bad, c=told(log, "c"))
    await made.enter()
    found, reason = status(made, "b")
    assert found is PluginStatus.FAILED
    assert reason.startswith(f"lifespan: {why}")
    assert list(made._registry.hooks["lifespan"]) == ["a", "c"]
    await made.leave()
    assert log == ["a in", "c in", "c out", "a out"]


@asynccontextmanager
async def never_left() -> AsyncIterator[None]:
    yield
    await asyncio.Event().wait()


@asynccontextmanager
async def badly_left() -> AsyncIterator[None]:
    yield
    raise LookupError("lost it")


@pytest.mark.parametrize(
    ("bad", "why"), [(never_left, "it was not left within 0.1 s"), (badly_left, "LookupError: lost it")]
)
async def test_one_that_cannot_be_left_keeps_no_other_inside(bad: Made, why: str) -> None:
    log: list[str] = []
    made = lifespans(0.1, a=told(log, "a"), b=bad)
    await made.enter()
    await made.leave()
    assert log == ["a in", "a out"]
    assert status(made, "b") == (PluginStatus.FAILED, f"lifespan: {why}")


async def test_one_whose_background_task_fails_is_failed_at_once() -> None:
    broken = asyncio.Event()

    async def fail() -> None:
        await broken.wait()
        raise OSError("the broker went away")

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            yield

    made = lifespans(a=lifespan)
    await made.enter()
    broken.set()
    while status(made, "a")[0] is not PluginStatus.FAILED:  # noqa: ASYNC110 - the record is what counts
        await asyncio.sleep(0)
    assert status(made, "a")[1].startswith("lifespan: ExceptionGroup")
    await made.leave()


@pytest.mark.parametrize("workers", [True, False])
async def test_a_hub_enters_them_before_its_doors_are_built_and_leaves_them_last(
    database_url: str, workers: bool
) -> None:
    log: list[str] = []
    extra = [("a", plugin(told(log, "a"))), ("b", plugin(raising(OSError("no"))))]
    hub = await Hub.create(HubConfig(database_url=database_url), plugins=extra, workers=workers)
    assert (log, hub.registry.records["b"].status) == (["a in"], PluginStatus.FAILED)
    await hub.start()
    assert log == ["a in"]
    await hub.stop()
    assert log == ["a in", "a out"]
