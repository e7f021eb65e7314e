"""When a plugin's process hangs, leaks, lies or dies it is replaced, and only its own calls pay."""
# ruff: noqa: ANN401 - plugins answer anything

import asyncio
import os
from collections.abc import Callable
from typing import Any

import psutil
import pytest
from incident_hub.host.isolation.link import ChildDiedError
from incident_hub.host.isolation.pauses import Pauses
from incident_hub.host.isolation.supervisor import ChildDownError
from incident_hub.host.status import PluginStatus

Load = Callable[..., Any]

DOES = """
import errno, threading
kept = []
class Does:
    async def enrich(self, incidents, context):
        what = incidents[0].title.split()[-1]
        if what == "block":
            while True: pass
        if what == "stubborn":
            while True:
                try:
                    await asyncio.sleep(60)
                except asyncio.CancelledError:
                    pass
        if what == "wait": await asyncio.sleep(60)
        if what == "soon": await asyncio.sleep(0.2)
        if what == "die": os._exit(7)
        if what == "segfault": os.kill(os.getpid(), 11)
        if what == "memory": kept.append(bytearray(1 << 40))
        if what == "slowly": kept.append(bytearray(20 << 20))
        if what == "descriptors": kept.extend(os.open("/dev/null", os.O_RDONLY) for _ in range(40))
        if what == "threads":
            for _ in range(20): threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
        if what == "large": return [Enrichment("x" * (10 << 20))]
        if what == "stray": asyncio.get_running_loop().call_soon(sys.exit, 4)
        return [Enrichment(what, {"pid": os.getpid()})]
    def __repr__(self): return "does"
class Blocks:
    def enrich(self, incidents, context): time.sleep(600)
@hookimpl
def register_enrichers(context): return [Does(), Blocks()]
"""


@pytest.fixture
async def apart(load: Load) -> Any:
    apart = load({"plugins": {"p": {"memory_mb": 256}}}, p=DOES)
    await apart.process().open()
    return apart


async def pid(apart: Any) -> int:
    (said,) = (await apart.enrich(apart.incident("fine"))).value
    number: int = said.data["pid"]
    return number


async def test_one_that_waits_lets_go_at_the_deadline_and_is_kept(apart: Any) -> None:
    before = await pid(apart)
    error = (await apart.enrich(apart.incident("wait"), deadline=0.1)).error
    assert str(error) == "p: no answer within 0.1 s"
    assert await pid(apart) == before
    assert apart.record().restarts == 0


@pytest.mark.parametrize("what", ["block", "stubborn"])
async def test_one_that_does_not_let_go_is_killed_and_replaced(apart: Any, what: str) -> None:
    before = await pid(apart)
    assert isinstance((await apart.enrich(apart.incident(what), deadline=0.1)).error, TimeoutError)
    assert await pid(apart) != before  # a call that comes meanwhile waits for the new process
    assert not psutil.pid_exists(before)
    assert (apart.record().restarts, apart.record().last_restart) == (
        1, "it went on after the deadline of a call",
    )  # fmt: skip
    assert apart.record().status is PluginStatus.ACTIVE


async def test_a_thread_that_blocks_is_killed_with_its_process(apart: Any) -> None:
    before = await pid(apart)
    enrich = apart.registry.enrichers[1][1].enrich
    given = ([apart.incident()], apart.context())
    assert isinstance((await apart.dispatcher.call("p", enrich, *given, deadline=0.1)).error, TimeoutError)
    assert await pid(apart) != before


async def test_other_calls_in_flight_fail_with_a_clear_error(apart: Any) -> None:
    other = asyncio.create_task(apart.enrich(apart.incident("wait")))
    await pid(apart)
    await apart.enrich(apart.incident("stubborn"), deadline=0.1)
    error = (await other).error
    assert isinstance(error, ChildDiedError)
    assert str(error) == "p: its process was ended: it went on after the deadline of a call"


@pytest.mark.parametrize(
    ("what", "reason"),
    [("die", "it died (exit code 7)"), ("segfault", "it died (SIGSEGV)"), ("stray", "it died")],
)
async def test_one_that_dies_is_replaced(apart: Any, what: str, reason: str) -> None:
    before = await pid(apart)
    outcome = await apart.enrich(apart.incident(what))
    assert what == "stray" or isinstance(outcome.error, ChildDiedError)
    await apart.renewed(1)
    assert await pid(apart) != before
    assert reason in apart.record().last_restart


async def test_a_death_between_calls_is_noticed(apart: Any) -> None:
    os.kill(apart.process().pid, 9)
    await apart.renewed(1)
    assert (await pid(apart)) == apart.process().pid
    assert apart.record().last_restart == "it died (SIGKILL)"


@pytest.mark.parametrize(
    ("what", "calls", "reason"),
    [
        ("memory", 1, "it used up its memory"),
        ("slowly", 20, "it used up its memory"),
        ("descriptors", 10, "descriptors"),
        ("threads", 10, "threads"),
    ],
)
async def test_one_that_leaks_is_replaced_and_the_leak_is_gone(
    apart: Any, what: str, calls: int, reason: str
) -> None:
    before = await pid(apart)
    async with asyncio.timeout(30):
        for _ in range(calls):
            if not apart.record().restarts:
                await apart.enrich(apart.incident(what))
                await asyncio.sleep(0.2)
        await apart.renewed(1)
        while psutil.pid_exists(before):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert reason in apart.record().last_restart
    fresh = psutil.Process(await pid(apart))
    assert (fresh.num_fds() < 20, fresh.num_threads() < 10) == (True, True)


async def test_a_worn_process_ends_what_it_has_begun(apart: Any) -> None:
    waiting = asyncio.create_task(apart.enrich(apart.incident("soon")))
    await asyncio.sleep(0.05)
    assert not (await apart.enrich(apart.incident("memory"))).ok
    assert (await waiting).value[0].summary == "soon"
    await apart.renewed(1)


async def test_an_answer_of_ten_megabytes_is_refused_and_said_so(apart: Any) -> None:
    error = (await apart.enrich(apart.incident("large"))).error
    assert "10485" in str(error)
    assert "bytes, 8388608 are allowed" in str(error)
    assert apart.record().restarts == 0


async def test_the_hubs_descriptors_come_back(apart: Any) -> None:
    await pid(apart)
    mine = psutil.Process()
    before = (mine.num_fds(), len(mine.children()))
    for number in range(3):
        os.kill(apart.process().pid, 9)
        await apart.renewed(number + 1)
        await pid(apart)
    assert (mine.num_fds(), len(mine.children())) == before


LIES = """
class Lies:
    async def enrich(self, incidents, context):
        what = incidents[0].title.split()[-1]
        send = {
            "noise": b"\\x00\\x00\\x00\\x05noise",
            "endless": b"\\xff\\xff\\xff\\xff",
            "strange": b"\\x00\\x00\\x00\\x02[]",
            "unasked": b'\\x00\\x00\\x00\\x10["answer",999,5]',
            "nested": len(b"[" * 5000).to_bytes(4, "big") + b"[" * 5000,
        }[what]
        os.write(int(sys.argv[1]), send)
        await asyncio.sleep(60)
@hookimpl
def register_enrichers(context): return [Lies()]
"""


@pytest.mark.parametrize("what", ["noise", "endless", "strange", "unasked", "nested"])
async def test_one_that_breaks_the_rules_of_the_line_is_ended(load: Load, what: str) -> None:
    apart = load(p=LIES)
    assert isinstance((await apart.enrich(apart.incident(what))).error, ChildDiedError)
    await apart.renewed(1)
    assert "it sent what cannot be read" in apart.record().last_restart


async def test_one_that_does_not_start_again_is_degraded_until_it_does(load: Load, tmp_path: Any) -> None:
    flag = tmp_path / "broken"
    apart = load(p=f"if os.path.exists({str(flag)!r}): raise RuntimeError('not now')\n" + DOES)
    await pid(apart)
    flag.touch()
    os.kill(apart.process().pid, 9)
    async with asyncio.timeout(20):
        while apart.record().restarts < 5:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert apart.record().status is PluginStatus.DEGRADED
    assert "its process is down: it did not start again: RuntimeError: not now" in apart.record().reason
    error = (await apart.enrich()).error
    assert isinstance(error, ChildDownError)
    assert error.retry
    flag.unlink()
    await apart.renewed(apart.record().restarts)
    assert apart.record().status is PluginStatus.ACTIVE


async def test_one_that_registers_something_else_afterwards_is_not_taken(load: Load, tmp_path: Any) -> None:
    flag = tmp_path / "changed"
    apart = load(
        p=DOES.replace("return [Does(), Blocks()]", f"return [Does()] * (1 + os.path.exists({str(flag)!r}))")
    )
    flag.touch()
    await pid(apart)
    os.kill(apart.process().pid, 9)
    async with asyncio.timeout(20):
        while "something else" not in apart.record().last_restart:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def test_pauses_grow_and_a_minute_of_life_is_forgiveness() -> None:
    now = [0.0]
    pauses = Pauses(lambda: now[0])
    seen = []
    for _ in range(10):
        pauses.began()
        pauses.ended()
        seen.append(pauses.left)
        now[0] += pauses.left
    assert seen == [0, 0.25, 0.5, 1, 2, 4, 8, 16, 30, 30]
    pauses.began()
    now[0] += 60
    pauses.ended()
    assert pauses.left == 0
