"""docs/plugins/managing.md: what it tells to type works, in an environment of its own, and answers as written."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from incident_hub.api.plugin_metrics import PluginMetrics
from incident_hub.cli.commands.plugins import command
from incident_hub.host.config import HubConfig
from incident_hub.host.dispatch import Dispatcher
from incident_hub.host.registry import Registry
from incident_hub.host.reload import LIVE_KEYS, Reloader
from incident_hub.host.status import PluginStatus
from incident_hub.testing.pages import Shell, blocks, steps
from incident_hub.testing.postgres import free_port
from incident_hub.testing.wheels import Wheel

PAGE = (Path(__file__).parents[2] / "docs" / "plugins" / "managing.md").read_text(encoding="utf-8")
GEO = """
from dataclasses import dataclass
from incident_hub_hookspecs import Enrichment, hookimpl, setting

@dataclass(frozen=True)
class Settings:
    url: str = setting("Where to ask.", default="https://geo.example")
    token: str = setting("Who we are there.", default="", secret=True)
    limit: int = setting("How many at once.", default=10, least=1, most=100)

class Geo:
    async def enrich(self, incidents, context):
        return [Enrichment("somewhere", {}) for _ in incidents]

@hookimpl
def register_config():
    return Settings

@hookimpl
def register_enrichers():
    return [Geo()]

@hookimpl
def reconfigure(context):
    pass
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_command_answers_as_written(make_environment: Callable[..., Any], tmp_path: Path) -> None:
    environment = make_environment(pip=False)
    files = {"acme_geo.py": GEO}
    Wheel("acme-geo", "1.0", files, {"geo": "acme_geo"}, (), summary="Says where it is.").write(tmp_path)
    shell = Shell(tmp_path, free_port(), programs=environment.prefix / "bin")
    before, after = PAGE.split("<!-- run: server -->")
    for block in blocks(before, "console"):
        for step in steps(block.body):
            shell.follow(step)
    (serve,) = [block.body for block in blocks(PAGE, "sh") if block.mark == "run: server"]
    with shell.serving(serve):
        for block in blocks(after, "console"):
            for step in steps(block.body):
                shell.follow(step)


def test_every_command_is_on_the_page() -> None:
    names = set(command.list_commands(click.Context(command))) - {"new"}
    assert [name for name in sorted(names) if not re.search(rf"(plugins |`){name}\b", PAGE)] == []


def test_every_status_is_on_the_page() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE.split("| status |")[1].split("\n\n")[0], re.MULTILINE) == [
        "active", "degraded", "disabled", "blocked", "incompatible", "misconfigured", "failed"
    ]  # fmt: skip
    assert all(f"| `{status.value}` |" in PAGE for status in PluginStatus)


def test_every_metric_and_every_live_key_is_on_the_page() -> None:
    registry = Registry()
    reloader = Reloader(HubConfig(), registry, Dispatcher(registry), reread=None, take=lambda _: None)
    names = [
        one.name + {"info": "_info", "counter": "_total"}.get(one.type, "")
        for one in PluginMetrics(registry, reloader).collect()
    ]
    assert [name for name in names if f"| `{name}` |" not in PAGE] == []
    assert [key for key in LIVE_KEYS if f"`{key}`" not in PAGE] == []
