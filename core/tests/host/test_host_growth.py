"""What plugins may register beyond triage and response, and how a wrong one is named."""

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from incident_hub.domain.clock import HubClock
from incident_hub.host.config import HubConfig
from incident_hub.host.handed import Handed
from incident_hub.host.loader import load_plugins
from incident_hub.host.registry import Registry
from incident_hub.host.status import PluginStatus
from incident_hub_hookspecs import (
    Command,
    ConfigError,
    GraphQLPart,
    LlmClient,
    LlmKind,
    Migrations,
    PluginContext,
    Route,
    RouteRequest,
    RouteResponse,
    hookimpl,
    setting,
)
from incident_hub_hookspecs.testing import KnownDirectory


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the settings."""

    weight: float = setting("How much it counts.", default=1.0, least=0, most=10)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a plugin may want to know."""

    url: str = setting("Where to ask.")
    token: str = setting("What to show.", default="", secret=True)
    words: tuple[str, ...] = setting(default=(), choices=("red", "green"))
    parts: Mapping[str, Part] = setting(default_factory=dict)

    def __post_init__(self) -> None:
        """A part in which nothing is said is no part."""
        for name, part in self.parts.items():
            if part.weight == 0:
                raise ConfigError("counts for nothing", f"parts.{name}.weight")


def load(
    monkeypatch: pytest.MonkeyPatch, options: Mapping[str, Any] | None = None, **hooks: object
) -> Registry:
    monkeypatch.setattr(metadata, "entry_points", lambda **_: ())
    plugin = types.SimpleNamespace(**{name: hookimpl(hook) for name, hook in hooks.items()})  # type: ignore[call-overload]
    config = HubConfig(plugins={"mine": options or {}})
    return load_plugins(config, Handed.for_looking(HubClock()), [("mine", plugin)], without=())


async def endpoint(request: RouteRequest) -> RouteResponse:
    return RouteResponse(request.path)


def run(_arguments: object) -> int:
    return 0


def test_a_plugin_gets_its_settings_as_the_dataclass_it_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[PluginContext[Settings]] = []
    options = {"url": "https://x.example", "words": ["red"], "parts": {"a": {"weight": 2}}}

    def keep(context: PluginContext[Settings]) -> None:
        seen.append(context)

    load(monkeypatch, options, register_config=lambda: Settings, register_notifiers=keep)
    assert seen[0].config == Settings("https://x.example", "", ("red",), {"a": Part(2)})


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "plugins.mine.url: missing"),
        ({"url": 1}, "plugins.mine.url: expected text, got int"),
        ({"url": "x", "tokn": "y"}, "plugins.mine.tokn: unknown key; did you mean `token`?"),
        ({"url": "x", "words": ["blue"]}, "plugins.mine.words[0]: must be one of red, green"),
        (
            {"url": "x", "parts": {"a": {"weight": 11}}},
            "plugins.mine.parts.a.weight: must be from 0 to 10, got 11",
        ),
        ({"url": "x", "parts": {"a": {"weight": 0}}}, "plugins.mine.parts.a.weight: counts for nothing"),
    ],
)
def test_wrong_settings_are_named_by_their_path(
    monkeypatch: pytest.MonkeyPatch, options: Mapping[str, Any], told: str
) -> None:
    record = load(monkeypatch, options, register_config=lambda: Settings).records["mine"]
    assert record.status is PluginStatus.MISCONFIGURED
    assert record.reason == told


def test_a_secret_is_not_in_the_settings_repr() -> None:
    assert "hush" not in repr(Settings("x", token="hush"))


def test_all_that_a_plugin_adds_is_kept_under_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "versions").mkdir()
    registry = load(
        monkeypatch,
        register_migrations=lambda: Migrations(tmp_path),
        register_directories=lambda: [KnownDirectory()],
        register_routes=lambda: [Route("/sites/{site}", endpoint)],
        register_commands=lambda: [Command("sync", "Sync.", run)],
        extend_graphql=_empty_part,
        on_event=_heard,
        authorize_action=lambda request: request,
    )
    assert registry.records["mine"].status is PluginStatus.ACTIVE
    named = (registry.migrations, registry.directories, registry.routes, registry.commands, registry.graphql)
    assert [list(one) for one in named] == [["mine"]] * 5
    assert registry.hooks["authorize_action"]["mine"](request="it", context="unwanted") == "it"
    registry.drop("mine")
    assert not any((*named, *registry.hooks.values()))


def _no_part() -> list[object]:
    return []


def _empty_part() -> GraphQLPart:
    return GraphQLPart()


async def _heard(events: object) -> None: ...


@pytest.mark.parametrize(
    ("hook", "answer", "told"),
    [
        ("register_config", lambda: dict, "expected a dataclass"),
        ("register_migrations", lambda: Migrations(Path("/nowhere")), "there is no folder versions/"),
        ("register_routes", lambda: [Route("sites", endpoint)], "the path 'sites' must match"),
        ("register_routes", lambda: [Route("/{a}/{a}", endpoint)], "the path '/{a}/{a}' has one name twice"),
        (
            "register_routes",
            lambda: [Route("/a", endpoint), Route("/a", endpoint, ("POST", "GET"))],
            "returned two with the route `GET /a`",
        ),
        (
            "register_routes",
            lambda: [Route("/a", endpoint, ("LOOK",))],
            "the methods ('LOOK',) must be some of",
        ),
        ("register_routes", lambda: [Route("/a", run)], "`endpoint` must be an `async def` function"),  # type: ignore[arg-type]
        ("register_commands", lambda: [Command("A b", "", run)], "the name 'A b' must match"),
        ("register_commands", lambda: [Command("a", "", run)] * 2, "returned two with the name `a`"),
        ("register_directories", lambda: [object()], "without `on_call`, `person`, `service`, `team`"),
        (
            "register_llm_clients",
            lambda: [LlmClient(LlmKind.SHIELD, 1)],
            "its client: expected a ShieldClient",
        ),
        ("extend_graphql", lambda: GraphQLPart(query=1), "`query` must be a class"),  # type: ignore[arg-type]
        ("extend_graphql", _no_part, "expected a GraphQLPart, got list"),
    ],
)
def test_what_the_contract_does_not_name_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, hook: str, answer: Callable[[], object], told: str
) -> None:
    record = load(monkeypatch, **{hook: answer}).records["mine"]
    assert record.status is PluginStatus.FAILED
    assert f"{hook}: " in record.reason
    assert told in record.reason
