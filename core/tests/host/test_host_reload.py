"""Reading the configuration again: who can change does, who cannot says so, and nothing breaks on the way."""

import asyncio
import types
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import metadata
from typing import Any

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.host.config import HubConfig, HubConfigError, NotifyConfig, NotifyTarget
from incident_hub.host.dispatch import Dispatcher
from incident_hub.host.handed import Handed
from incident_hub.host.loader import load_plugins
from incident_hub.host.reload import Reloader, ReloadRefusedError
from incident_hub.host.status import PluginStatus
from incident_hub_hookspecs import ConfigError, PluginContext, hookimpl, setting


@dataclass(frozen=True)
class Settings:
    limit: int = setting("How many.", default=1, least=1, most=10)


class Changeable:
    """A plugin that takes new settings, unless told to fail."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.error: BaseException | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    @hookimpl
    def register_config(self) -> type[Settings]:
        return Settings

    @hookimpl
    async def reconfigure(self, context: PluginContext[Settings]) -> None:
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.taken.append(context.config)


class Hub:
    """What a reload works on."""

    def __init__(self, config: HubConfig, **plugins: object) -> None:
        self.config = self.written = config
        self.registry = load_plugins(config, Handed.for_looking(HubClock()), plugins.items())
        self.dispatcher = Dispatcher(self.registry)
        self.reloader = Reloader(config, self.registry, self.dispatcher, reread=self._reread, take=self._take)
        self.broken: HubConfigError | None = None

    def _reread(self) -> HubConfig:
        if self.broken is not None:
            raise self.broken
        return self.written

    def _take(self, config: HubConfig) -> None:
        self.config = config

    def write(self, **keys: object) -> None:
        self.written = replace(self.written, **keys)  # type: ignore[arg-type]

    def remark(self, name: str) -> str:
        return self.registry.records[name].remark

    async def outcomes(self) -> dict[str, str]:
        told = await self.reloader.reload()
        return {one.name: one.outcome.value for one in told.plugins}


@pytest.fixture(autouse=True)
def no_installed_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "entry_points", lambda **_: ())


def hub_with(options: Mapping[str, Any] | None = None, **config: tuple[str, ...]) -> tuple[Hub, Changeable]:
    plugin = Changeable()
    settings = HubConfig(plugins={"p": dict(options or {})}, **config)  # type: ignore[arg-type]
    made = Hub(settings, p=plugin, still=types.SimpleNamespace())
    return made, plugin


async def test_changed_settings_reach_the_plugin_and_every_later_call() -> None:
    hub, plugin = hub_with({"limit": 2})
    before = hub.registry.contexts["p"]
    hub.write(plugins={"p": {"limit": 3}})
    assert await hub.outcomes() == {"p": "applied"}
    assert plugin.taken == [Settings(3)]
    assert hub.registry.contexts["p"].config == Settings(3)
    assert before.config == Settings(2)  # calls in flight hold this one
    assert await hub.outcomes() == {}


async def test_nothing_changed_asks_nobody() -> None:
    hub, plugin = hub_with({"limit": 2})
    hub.write(plugins={"p": {"limit": 2}})
    told = await hub.reloader.reload()
    assert (told.plugins, told.applied, told.waiting) == ((), (), ())
    assert plugin.taken == []


@pytest.mark.parametrize(
    ("limit", "reason"), [(11, "plugins.p.limit: must be from 1 to 10"), ("x", "plugins.p.limit: expected")]
)
async def test_wrong_settings_keep_the_old_ones_and_say_so(limit: object, reason: str) -> None:
    hub, plugin = hub_with({"limit": 2})
    hub.write(plugins={"p": {"limit": limit}})
    assert await hub.outcomes() == {"p": "refused"}
    assert plugin.taken == []
    assert hub.registry.contexts["p"].config == Settings(2)
    assert reason in hub.remark("p")
    assert "the old settings stay" in hub.remark("p")
    hub.write(plugins={"p": {"limit": 2}})
    assert await hub.outcomes() == {}
    assert hub.remark("p") == ""


@pytest.mark.parametrize("error", [RuntimeError("no"), ConfigError("no", "limit"), SystemExit(3)])
async def test_a_plugin_that_cannot_take_them_keeps_the_old_ones(error: BaseException) -> None:
    hub, plugin = hub_with({"limit": 2})
    plugin.error = error
    hub.write(plugins={"p": {"limit": 3}})
    assert await hub.outcomes() == {"p": "refused"}
    assert hub.registry.contexts["p"].config == Settings(2)
    assert type(error).__name__ in hub.remark("p")
    plugin.error = None
    assert await hub.outcomes() == {"p": "applied"}
    assert hub.remark("p") == ""


async def test_a_plugin_that_hangs_keeps_nobody_waiting() -> None:
    hub, plugin = hub_with({"limit": 2})
    hub.reloader._plugins._config = replace(
        hub.config, plugin_calls=replace(hub.config.plugin_calls, deadline_seconds=0.05)
    )
    plugin.gate.clear()
    hub.write(plugins={"p": {"limit": 3}})
    assert await hub.outcomes() == {"p": "refused"}
    assert "no answer within 0.05 s" in hub.remark("p")
    assert hub.registry.contexts["p"].config == Settings(2)


async def test_a_plugin_without_the_hook_waits_for_a_restart() -> None:
    hub, _ = hub_with()
    hub.write(plugins={"still": {"a": 1}})
    assert await hub.outcomes() == {"still": "restart"}
    assert "restart the hub to apply it" in hub.remark("still")
    assert hub.registry.records["still"].status is PluginStatus.ACTIVE


async def test_a_rate_is_the_hubs_own_and_changes_without_the_plugin() -> None:
    hub, plugin = hub_with({"limit": 2})
    await hub.dispatcher.call("p", lambda: None, deadline=1)
    hub.write(plugins={"p": {"limit": 2, "rate_per_second": 0.001}})
    assert await hub.outcomes() == {"p": "applied"}
    assert plugin.taken == []
    assert (await hub.dispatcher.call("p", lambda: None, deadline=1)).ok
    assert not (await hub.dispatcher.call("p", lambda: None, deadline=0.01)).ok
    hub.write(plugins={"p": {"limit": 2}})
    assert await hub.outcomes() == {"p": "applied"}
    assert (await hub.dispatcher.call("p", lambda: None, deadline=1)).ok


async def test_who_may_be_loaded_changes_at_the_next_start_only() -> None:
    hub, _ = hub_with(plugins_block=("still",))
    hub.write(plugins_block=("p",))
    assert await hub.outcomes() == {"p": "restart", "still": "restart"}
    assert "blocked by `plugins_block`: restart the hub to be without it" in hub.remark("p")
    assert "restart the hub to load it" in hub.remark("still")
    assert hub.registry.records["p"].serving


async def test_a_broken_file_changes_nothing_and_is_told() -> None:
    hub, plugin = hub_with({"limit": 2})
    hub.broken = HubConfigError("hub.yaml, line 3: expected ':'")
    with pytest.raises(ReloadRefusedError, match="line 3"):
        await hub.reloader.reload()
    assert "line 3" in hub.reloader.problem
    assert plugin.taken == []
    hub.broken = None
    await hub.reloader.reload()
    assert hub.reloader.problem == ""


async def test_targets_change_at_once_and_a_port_does_not() -> None:
    hub, _ = hub_with()
    targets = NotifyConfig(targets=(NotifyTarget("p"),))
    hub.write(notify=targets, public_url="https://hub.example", port=4000, dev=True)
    told = await hub.reloader.reload()
    assert (set(told.applied), set(told.waiting)) == ({"notify", "public_url"}, {"port", "dev"})
    assert hub.config.notify == targets
    assert hub.config.port == 3000
    assert (await hub.reloader.reload()).applied == ()
    assert set((await hub.reloader.reload()).waiting) == {"port", "dev"}


async def test_a_reload_goes_on_when_its_caller_is_gone_and_two_run_one_after_the_other() -> None:
    hub, plugin = hub_with({"limit": 2})
    plugin.gate.clear()
    hub.write(plugins={"p": {"limit": 3}})
    caller = asyncio.create_task(hub.reloader.reload())
    await asyncio.sleep(0.02)
    caller.cancel()
    hub.write(plugins={"p": {"limit": 4}})
    second = hub.reloader.reload_soon()
    plugin.gate.set()
    await second
    assert plugin.taken == [Settings(3), Settings(4)]
    assert hub.registry.contexts["p"].config == Settings(4)


async def test_a_plugin_that_did_not_load_waits_for_a_restart() -> None:
    hub, _ = hub_with({"limit": 99})
    assert hub.registry.records["p"].status is PluginStatus.MISCONFIGURED
    hub.write(plugins={"p": {"limit": 2}})
    assert await hub.outcomes() == {"p": "restart"}
