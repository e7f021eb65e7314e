"""Webhooks of a parser that runs apart, through the door of a whole hub; and what people see of it."""
# ruff: noqa: ANN401

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner
from incident_hub.cli.main import program
from incident_hub.host.config import HubConfig, PluginCallsConfig
from incident_hub.hub import Hub
from incident_hub.testing.running import RunningHub, running
from incident_hub.testing.site import Site

SOURCE = """
import os, time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from incident_hub_hookspecs import *

@dataclass(frozen=True)
class Settings:
    address: str = setting(default="", secret=True)
    number: int = 1

@hookimpl
def register_config(): return Settings

@hookimpl
def register_webhook_parsers(context):
    def verify(request):
        if request.header("x-token") != "t": raise SignatureError("who are you")
    def parse(request):
        body = request.json()
        if body.get("die"): os._exit(1)
        if body.get("block"):
            while True: pass
        if body.get("fail"): raise KeyError("x")
        if body.get("odd"): return "odd"
        rejected = [RejectedItem(1, "odd", "an odd item")] if "odd" in body else ()
        return Delivery([Alert("mine", body["title"])], rejected)
    return [WebhookParser("mine", parse, verify)]
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    site = Site(tmp_path / "site")
    site.add("mine", SOURCE.replace('request.header("x-token")', 'request.headers.get("x-token")'))
    with site.installed():
        yield site


@pytest.fixture
async def hub(site: Site, tmp_path: Path) -> AsyncIterator[RunningHub]:
    config = HubConfig(
        data_dir=tmp_path,
        plugins={"mine": {"isolation": "process", "address": "canary"}},
        plugins_allow=("mine",),
        plugin_calls=PluginCallsConfig(deadline_seconds=1),
    )
    async with running(await Hub.create(config)) as hub:
        yield hub


async def post(hub: RunningHub, token: str = "t", **body: Any) -> tuple[int, str]:  # noqa: S107
    answer = await hub.post_webhook("mine", body, {"x-token": token})
    told = answer.json()
    return answer.status_code, told["error"]["code"] if "error" in told else ""


async def test_the_door_awaits_a_parser_that_runs_apart(hub: RunningHub) -> None:
    assert "site_mine" not in __import__("sys").modules
    assert await post(hub, title="a") == (202, "")
    answer = await hub.post_webhook("mine", {"title": "b", "odd": 0}, {"x-token": "t"})
    assert answer.json()["rejected"] == [{"index": 1, "code": "odd", "message": "an odd item", "path": ""}]
    assert await post(hub, "wrong") == (401, "bad_signature")
    assert (await hub.post_webhook("mine", b"{", {"x-token": "t"})).status_code == 400
    assert await post(hub, fail=1) == (422, "parser_failed")
    assert await post(hub, odd=1) == (422, "parser_failed")
    data = await hub.gql("{ incidents(first: 9) { nodes { title } } }")
    assert {one["title"] for one in data["incidents"]["nodes"]} == {"a", "b"}


async def test_a_sender_is_told_to_come_again_when_the_process_is_gone(hub: RunningHub) -> None:
    for trouble in ("die", "block"):
        answer = await hub.post_webhook("mine", {trouble: 1}, {"x-token": "t"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert answer.json()["error"]["code"] == "parser_unavailable"
        for _ in range(200):  # until its process is there again
            answered = await post(hub, title=trouble)
            if answered[0] != 503:
                break
            await asyncio.sleep(0.05)
        assert answered == (202, "")
    told = (await hub.gql("{ plugins { name isolated restarts lastRestart status } }"))["plugins"]
    (mine,) = [one for one in told if one["name"] == "mine"]
    assert (mine["isolated"], mine["restarts"], mine["status"]) == (True, 2, "active")
    assert mine["lastRestart"] == "it went on after the deadline of a call"


async def test_a_plugin_that_fails_later_on_leaves_no_process(hub: RunningHub) -> None:
    registry = hub.hub.registry
    pid = registry.isolated["mine"].pid  # type: ignore[attr-defined]
    registry.fail("mine", "its lifespan failed")
    assert not psutil.pid_exists(pid)
    assert "mine" not in registry.isolated


def test_the_command_line_shows_where_it_runs_and_no_text_that_may_be_secret(
    site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "hub.yaml"
    options = {"isolation": "process", "address": "canary", "number": 5}
    file.write_text(json.dumps({"plugins": {"mine": options}, "plugins_allow": ["mine"]}), encoding="utf-8")
    shown = CliRunner().invoke(program, ["plugins", "show", "mine", "--config", str(file)])
    assert shown.exit_code == 0, shown.output
    assert "process     its own" in shown.output
    assert "canary" not in shown.output
    assert "number   5" in shown.output
