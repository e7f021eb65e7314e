"""Twelve plugins that misbehave, all at once in one hub: no alert is lost, and the status tells.

Each is tried in the hub's own process, as far as that can promise anything, and in a process of its own.
"""

from collections.abc import Callable
from typing import Any

import psutil
import pytest

Start = Callable[..., Any]
NEVER_LOADED = {
    "raise_at_import": "RuntimeError: at import",
    "raise_at_register": "RuntimeError: at register",
}
KEEP_FAILING = ("raise_in_call", "system_exit", "hang_awaiting", "block")
NESTED = {"nested": {"list": [{"a": 1}]}}


def settings(amounts: tuple[int, int, int], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    memory, descriptors, threads = amounts
    plugins: dict[str, Any] = {
        "leak_memory": {"amount": memory},
        "leak_descriptors": {"amount": descriptors},
        "leak_threads": {"amount": threads},
        "mutate": NESTED,
    }
    enrichment = {"late_seconds": 0.4, "max_concurrent": 20}
    return {"triage": {"enrichment": enrichment}, "plugins": plugins, **more}


def nothing_is_lost(hub: Any) -> None:  # noqa: ANN401
    """Every accepted alert is an incident, and the plugin that behaves has seen each as it came."""
    hub.until(lambda: len(hub.findings("bystander")) == len(hub.sent))
    incidents = hub.incidents()
    assert sorted(one["title"] for one in incidents) == sorted(hub.sent)
    assert all(one["labelsMap"] == {"owner": "ada"} for one in incidents)
    seen = [one["value"]["data"] for one in hub.findings("bystander")]
    assert sorted(one["title"] for one in seen) == sorted(hub.sent)
    assert all(one["labels"] == {"owner": "ada"} for one in seen)


def the_status_tells(hub: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    plugins: dict[str, dict[str, Any]] = hub.plugins()
    for name, reason in NEVER_LOADED.items():
        assert (plugins[name]["status"], reason in plugins[name]["reason"]) == ("failed", True)
        assert "install --upgrade" in plugins[name]["mend"]
    for name in KEEP_FAILING:
        assert plugins[name]["status"] == "degraded", plugins[name]
        assert f"{name} kept failing" in plugins[name]["reason"]
    for name in ("bystander", "garbage", "mutate"):
        assert plugins[name]["status"] == "active", plugins[name]
    return plugins


def the_answers_are_judged(hub: Any, much: str) -> None:  # noqa: ANN401
    hub.until(lambda: len(hub.findings("ten_megabytes")) == len(hub.sent))  # some come late
    refused = [one["error"] for one in hub.findings("ten_megabytes")]
    assert any(much in one for one in refused)
    assert all(refused)
    written = [one["value"]["data"]["changed"] for one in hub.findings("mutate") if not one["error"]]
    assert written
    assert not any(written)
    assert all(one["error"] for one in hub.findings("garbage"))


REPLACED = {
    "block": "it went on after the deadline of a call",
    "leak_memory": "it used up its memory",
    "leak_descriptors": "descriptors",
    "leak_threads": "threads",
}
APART = {
    "leak_memory": {"amount": 24, "memory_mb": 192},
    "block": {"loop": True},
    "bystander": {"isolation": "in_process"},
    "parser_generic": {"isolation": "in_process"},
}


@pytest.mark.timeout(180)
def test_in_the_hubs_own_process(start: Start) -> None:
    with start(**settings((1, 1, 1))) as hub:
        hub.send(30, 0.1)
        nothing_is_lost(hub)
        hub.until(lambda: hub.send(1, 0.05) or all(hub.plugins()[one]["errors"] > 4 for one in KEEP_FAILING))
        plugins = the_status_tells(hub)
        the_answers_are_judged(hub, "bytes, 16384 are allowed")
        assert plugins["ten_megabytes"]["status"] == "active"
        assert not any(one["isolated"] for one in plugins.values())


@pytest.mark.timeout(180)
def test_in_processes_of_their_own(start: Start) -> None:
    config = settings((24, 70, 25), plugin_isolation="process")
    config["plugins"] |= APART
    with start(**config) as hub:
        before = (hub.process.num_fds(), hub.process.num_threads())
        first = _children(hub)
        hub.send(30, 0.1)
        hub.until(lambda: hub.send(5, 0.05) or all(hub.replaced(name, why) for name, why in REPLACED.items()))
        nothing_is_lost(hub)
        plugins = the_status_tells(hub)
        the_answers_are_judged(hub, "bytes, 8388608 are allowed")
        assert (
            plugins["ten_megabytes"]["status"] == "degraded"
        )  # an answer too large to send is a failed call
        assert all(plugins[name]["restarts"] and plugins[name]["lastRestart"] for name in REPLACED)
        leaky = _pids(hub, "leak_memory")
        assert leaky & first
        hub.until(lambda: len(_children(hub)) == len(first) and len([*filter(psutil.pid_exists, leaky)]) <= 1)
        hub.until(lambda: hub.process.num_fds() <= before[0] + 2)
        assert hub.process.num_threads() <= before[1] + 8  # the pool that waits for processes


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_storm_of_alerts_among_them_all(start: Start) -> None:
    config = settings((24, 70, 25), plugin_isolation="process")
    config["plugins"] |= APART
    with start(**config) as hub:
        memory = hub.process.memory_info().rss
        hub.send(5000, 0.005)
        nothing_is_lost(hub)
        assert hub.process.memory_info().rss - memory < 200 << 20
        assert sum(one["restarts"] for one in hub.plugins().values()) > 20
        assert len(_children(hub)) <= 10


def _children(hub: Any) -> set[int]:  # noqa: ANN401
    return {one.pid for one in hub.process.children() if "isolation.child" in " ".join(one.cmdline())}


def _pids(hub: Any, plugin: str) -> set[int]:  # noqa: ANN401
    """The processes that answered."""
    return {one["value"]["data"]["pid"] for one in hub.findings(plugin) if not one["error"]}
