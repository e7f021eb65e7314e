"""The process of a plugin: what it has, what it lacks, and what becomes of it when the hub goes."""
# ruff: noqa: ANN401 - plugins answer anything

import asyncio
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from incident_hub.host.status import PluginStatus

Load = Callable[..., Any]

LOOKS = """
import resource
class Looks:
    async def enrich(self, incidents, context):
        open_files = {}
        for number in os.listdir("/proc/self/fd"):
            try:
                open_files[number] = os.readlink(f"/proc/self/fd/{number}")
            except OSError:
                pass
        return [Enrichment("", {
            "pid": os.getpid(), "session": os.getsid(0), "environment": dict(os.environ), "files": open_files,
            "memory": resource.getrlimit(resource.RLIMIT_AS)[0],
            "descriptors": resource.getrlimit(resource.RLIMIT_NOFILE),
            "core": resource.getrlimit(resource.RLIMIT_CORE), "input": sys.stdin.read(),
            "modules": sorted(sys.modules), "argv": sys.argv,
        })]
@hookimpl
def register_enrichers(context): return [Looks()]
"""


async def test_the_process_has_its_own_session_limits_and_next_to_no_environment(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:canary@h/d")
    monkeypatch.setenv("SOME_TOKEN", "canary")
    options = {"isolation": "process", "memory_mb": 256, "secret": "canary-of-its-own"}
    apart = load({"plugins": {"p": options}}, p=LOOKS)
    (said,) = (await apart.enrich()).value
    seen = said.data
    assert seen["pid"] == apart.process().pid != os.getpid()
    assert seen["session"] == seen["pid"]
    assert seen["memory"] == 256 << 20
    assert seen["descriptors"] == [256, 256]
    assert seen["core"] == [0, 0]
    assert seen["input"] == ""
    assert "canary" not in str((seen["environment"], seen["argv"]))
    assert set(seen["environment"]) <= {
        "PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "PYTHONPATH", "PYTHONUNBUFFERED", "MALLOC_ARENA_MAX",
        "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS",
    }  # fmt: skip
    assert seen["files"]["0"] == "/dev/null"
    assert seen["files"]["1"] == seen["files"]["2"]
    assert (
        len([file for file in seen["files"].values() if file.startswith("socket:")]) <= 3
    )  # the line, and a loop's own


async def test_the_process_loads_no_more_of_the_hub_than_it_needs(load: Load) -> None:
    apart = load(p=LOOKS)
    modules = (await apart.enrich()).value[0].data["modules"]
    heavy = (
        "sqlalchemy",
        "strawberry",
        "starlette",
        "httpx",
        "httpcore",
        "uvicorn",
        "alembic",
        "click",
        "yaml",
    )
    assert [name for name in modules if name.split(".")[0] in heavy] == []
    rooms = {name.split(".")[1] for name in modules if name.startswith("incident_hub.")}
    assert rooms == {"domain", "host"}


async def test_the_plugin_is_never_imported_by_the_hub(load: Load) -> None:
    load(p=LOOKS)
    assert "site_p" not in sys.modules


PRINTS = """
class Prints:
    async def enrich(self, incidents, context):
        print("printed", "\\x1e[broken")
        sys.stderr.write("to stderr\\n")
        context.log_for(incidents[0]).warning("warned %s", 1)
        context.plugin.log.debug("too fine")
        logging.getLogger("some.library").error("of a library\\nin two lines")
        print("x" * 100_000)
        return [None]
import logging
@hookimpl
def register_enrichers(context): return [Prints()]
"""


async def test_what_it_prints_and_logs_is_on_the_hubs_log_under_its_name(
    load: Load, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "incident_hub.plugins.p")
    apart = load(p=PRINTS)
    assert (await apart.enrich()).ok
    async with asyncio.timeout(10):
        while not any(one.getMessage().startswith("xxx") for one in caplog.records):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    said = [
        (one.name, one.levelname, one.getMessage(), getattr(one, "incident_id", "")) for one in caplog.records
    ]
    own = "incident_hub.plugins.p"
    assert (own, "INFO", "printed \x1e[broken", "") in said
    assert (own, "INFO", "to stderr", "") in said
    assert (own, "WARNING", "warned 1", "one") in said
    assert (own, "ERROR", "of a library\nin two lines", "") in said
    assert not any("too fine" in line[2] for line in said)
    assert max(len(line[2]) for line in said) <= 16_000


FLOODS = """
class Floods:
    async def enrich(self, incidents, context):
        for number in range(100_000):
            print("flood", number)
        return [None]
@hookimpl
def register_enrichers(context): return [Floods()]
"""


async def test_one_that_prints_without_end_is_slowed_down_and_ended(
    load: Load, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "incident_hub.plugins.p")
    apart = load(p=FLOODS)
    assert isinstance((await apart.enrich(deadline=1)).error, TimeoutError)
    await apart.renewed(1)
    assert len(caplog.records) < 1000


CONFIGURED = """
from dataclasses import dataclass
@dataclass
class Settings:
    word: int = 1
@hookimpl
def register_config(): return Settings
"""
REGISTERED = """
@hookimpl
def register_enrichers(context):
    {0}
    return []
"""


@pytest.mark.parametrize(
    ("source", "status", "reason"),
    [
        ("raise RuntimeError('at import')", PluginStatus.FAILED, "site-p 1.0: RuntimeError: at import"),
        ("import not_there", PluginStatus.FAILED, "ModuleNotFoundError: No module named 'not_there'"),
        (REGISTERED.format("raise SystemExit(3)"), PluginStatus.FAILED, "SystemExit: 3"),
        (REGISTERED.format("os._exit(7)"), PluginStatus.FAILED, "its process ended at the start (exit code 7)"),
        (REGISTERED.format("os.kill(os.getpid(), 11)"), PluginStatus.FAILED, "ended at the start (SIGSEGV)"),
        (REGISTERED.format("bytearray(1 << 40)"), PluginStatus.FAILED, "MemoryError"),
        (REGISTERED.format("return [5]"), PluginStatus.FAILED, "item 0: expected a Enricher, got int"),
        (REGISTERED.replace("enrichers", "wrong"), PluginStatus.FAILED, "unknown hook `register_wrong`"),
        (REGISTERED.replace("enrichers", "commands"), PluginStatus.MISCONFIGURED,
         "plugins.p.isolation: `register_commands` cannot run in a process of its own; set this to `in_process`"),
        ("@hookimpl\ndef extend_graphql(context): ...", PluginStatus.MISCONFIGURED, "`extend_graphql` cannot run"),
        ("@hookimpl\ndef register_migrations(context): ...", PluginStatus.MISCONFIGURED, "`register_migrations`"),
        (CONFIGURED,
         PluginStatus.MISCONFIGURED, "plugins.p.word: expected a whole number, got str"),
    ],
)  # fmt: skip
async def test_one_that_does_not_load_ends_as_the_same_status_and_leaves_no_process(
    load: Load, source: str, status: PluginStatus, reason: str
) -> None:
    apart = load({"plugins": {"p": {"word": "text"}}}, p=source, good="")
    assert (apart.record().status, apart.record().isolated) == (status, True)
    assert reason in apart.record().reason
    assert apart.record("good").status is PluginStatus.ACTIVE
    assert set(apart.registry.isolated) == {"good"}
    assert len(_children()) == 1


def _children() -> list[psutil.Process]:
    me = psutil.Process()
    return [one for one in me.children() if "incident_hub.host.isolation.child" in " ".join(one.cmdline())]


async def test_one_that_hangs_at_the_start_is_given_up_and_the_others_start_meanwhile(load: Load) -> None:
    slow = "time.sleep(60)"
    begun = time.monotonic()
    apart = load({"plugin_calls": _start_seconds(2)}, a=slow, b=slow, c=slow, good="")
    assert time.monotonic() - begun < 8
    assert [apart.record(name).status for name in "abc"] == [PluginStatus.FAILED] * 3
    assert "did not register within 2 s" in apart.record("a").reason
    assert apart.record("good").status is PluginStatus.ACTIVE
    assert len(_children()) == 1


def _start_seconds(seconds: float) -> Any:
    from incident_hub.host.config import PluginCallsConfig

    return PluginCallsConfig(start_seconds=seconds)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"isolation": "container"}, "plugins.p.isolation: must be one of in_process, process"),
        (
            {"isolation": "process", "memory_mb": 1},
            "plugins.p.memory_mb: must be a whole number of megabytes, at least",
        ),
        ({"isolation": "process", "memory_mb": True}, "plugins.p.memory_mb: must be a whole number"),
        ({"isolation": "process", "big": 2**70}, "plugins.p: cannot be sent"),
    ],
)
async def test_keys_of_the_host_are_checked(load: Load, options: dict[str, Any], reason: str) -> None:
    apart = load({"plugins": {"p": options}}, p="raise RuntimeError('was imported')")
    assert apart.record().status is PluginStatus.MISCONFIGURED
    assert reason in apart.record().reason


async def test_the_hub_can_isolate_strangers_only_and_a_plugin_can_say_otherwise(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    from incident_hub.host.isolation import settings

    monkeypatch.setattr(settings, "is_bundled", lambda distribution: distribution == "site-ours")
    hub = {"plugin_isolation": "third_party", "plugins": {"chosen": {"isolation": "in_process"}}}
    apart = load(hub, ours="", theirs="", chosen="")
    assert set(apart.registry.isolated) == {"theirs"}
    assert {name: one.status.value for name, one in apart.registry.records.items()} == dict.fromkeys(
        ("ours", "theirs", "chosen"), "active"
    )


def test_the_products_own_plugins_are_no_strangers() -> None:
    from incident_hub.host.discovery import is_bundled

    assert is_bundled("incident-hub-parser-generic")
    assert not is_bundled("site-ours")


BUSY = """
import subprocess
class Busy:
    async def enrich(self, incidents, context):
        started = subprocess.Popen(["sleep", "600"])
        with open(os.path.join({folder!r}, "pids"), "w") as file:
            file.write(f"{{os.getpid()}} {{started.pid}}")
        while True: pass
@hookimpl
def register_enrichers(context): return [Busy()]
"""
HUB = """
import asyncio, sys
from incident_hub.domain.clock import HubClock
from incident_hub.host.config import HubConfig
from incident_hub.host.handed import Handed
from incident_hub.host.loader import load_plugins
registry = load_plugins(HubConfig(plugins={"p": {"isolation": "process"}}), Handed.for_looking(HubClock()))
from incident_hub_hookspecs import CallContext
asyncio.run(registry.enrichers[-1][1].enrich([], CallContext(registry.contexts["p"], None, None)))
"""


def test_a_hub_that_is_killed_takes_the_process_and_all_it_started_along(load: Load, tmp_path: Path) -> None:
    site = tmp_path / "site"
    load(p=BUSY.format(folder=str(tmp_path)))
    hub = subprocess.Popen([sys.executable, "-c", HUB], env={**os.environ, "PYTHONPATH": str(site)})
    file = tmp_path / "pids"
    _until(lambda: file.exists() and len(file.read_text().split()) == 2)
    pids = [int(one) for one in file.read_text().split()]
    assert all(psutil.pid_exists(pid) for pid in pids)
    hub.kill()
    hub.wait()
    _until(lambda: not any(_alive(pid) for pid in pids))


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)
