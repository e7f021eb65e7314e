"""Loading plugins: whatever one does, it ends as a named status and its neighbours are served."""

import asyncio
import sys
import types
from collections.abc import Callable, Mapping, Sequence
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
from incident_hub.host.strict import PluginLoadError
from incident_hub_hookspecs import (
    ENTRY_POINT_GROUP,
    ConfigError,
    Delivery,
    PlaybookAction,
    PluginContext,
    WebhookParser,
    WebhookRequest,
    hookimpl,
)


def parse(request: WebhookRequest) -> Delivery:
    return Delivery(())


def plugin(**hooks: Callable[..., object]) -> object:
    """A plugin object with these hooks."""
    return types.SimpleNamespace(**{name: hookimpl(hook) for name, hook in hooks.items()})


def parser_plugin(*slugs: str) -> object:
    return plugin(register_webhook_parsers=lambda: [WebhookParser(slug, parse) for slug in slugs])


def load(
    monkeypatch: pytest.MonkeyPatch, options: Mapping[str, Any] | None = None, **plugins: object
) -> Registry:
    monkeypatch.setattr(metadata, "entry_points", lambda **_: ())
    return load_plugins(HubConfig(**(options or {})), Handed.for_looking(HubClock()), plugins.items())


class Both(PlaybookAction):
    """A notifier and an action at once."""

    idempotent = True

    async def send(self, notification: object, context: object) -> None: ...

    async def run(
        self, incident: object, params: object, key: str, *, dry_run: bool, context: object
    ) -> None: ...


def test_what_plugins_register_is_kept_under_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    class Thinker:
        async def classify(self, incidents: object, context: object) -> None: ...
        async def enrich(self, incidents: object, context: object) -> None: ...
        async def correlate(self, incidents: object, candidates: object, context: object) -> None: ...

    one = plugin(
        register_classifiers=lambda: [Thinker()],
        register_enrichers=lambda: (Thinker(),),
        register_correlators=lambda: [Thinker()],
    )
    two = plugin(
        register_notifiers=_one_of_both,
        register_playbook_actions=_again,
        register_webhook_parsers=lambda: None,
    )
    registry = load(monkeypatch, one=one, two=two, web=parser_plugin("a", "b"))
    assert {name: record.status for name, record in registry.records.items()} == dict.fromkeys(
        ("one", "two", "web"), PluginStatus.ACTIVE
    )
    assert [name for name, _ in registry.classifiers + registry.enrichers + registry.correlators] == [
        "one"
    ] * 3
    assert set(registry.notifiers) == set(registry.actions) == {"two"}
    assert {slug: name for slug, (name, _) in registry.parsers.items()} == {"a": "web", "b": "web"}
    assert registry.records["two"].hooks == (
        "register_notifiers", "register_playbook_actions", "register_webhook_parsers",
    )  # fmt: skip


def test_a_plugin_gets_its_own_options_and_the_host_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[PluginContext[Any]] = []

    def keep(context: PluginContext[Any]) -> None:
        seen.append(context)

    options = {"plugins": {"one": {"key": 1, "rate_per_second": 2}, "two": {"key": 2}}}
    registry = load(monkeypatch, options, one=plugin(register_notifiers=keep))
    assert (seen[0].name, dict(seen[0].config)) == ("one", {"key": 1})
    assert registry.rates == {"one": 2.0}
    assert registry.contexts["one"].config == {"key": 1}


def _raiser(error: BaseException) -> Callable[[], object]:
    def hook() -> object:
        raise error

    return hook


def _no_hook() -> list[object]:
    return []


def _wrong_argument(wrong: object) -> list[object]:
    return [wrong]


def _one_of_both(context: PluginContext[Any]) -> list[object]:
    return [Both()] if context.name else []


def _again(context: PluginContext[Any]) -> list[object]:
    return _one_of_both(context)


async def _async_hook() -> list[object]:
    return []


BAD: list[tuple[object, PluginStatus, str]] = [
    (plugin(register_notifiers=_raiser(RuntimeError("boom"))), PluginStatus.FAILED, "RuntimeError: boom"),
    (plugin(register_notifiers=_raiser(SystemExit(3))), PluginStatus.FAILED, "SystemExit: 3"),
    (plugin(register_notifiers=_raiser(GeneratorExit())), PluginStatus.FAILED, "GeneratorExit"),
    (
        plugin(register_notifiers=_raiser(BaseExceptionGroup("g", [SystemExit()]))),
        PluginStatus.FAILED,
        "Group",
    ),
    (
        plugin(register_notifiers=_raiser(ConfigError("no url", "url"))),
        PluginStatus.MISCONFIGURED,
        "plugins.bad.url: no url",
    ),
    (plugin(register_notifiers=lambda: 3), PluginStatus.FAILED, "expected a list, got int"),
    (plugin(register_notifiers=lambda: "ab"), PluginStatus.FAILED, "expected a list, got str"),
    (plugin(register_notifiers=lambda: [3]), PluginStatus.FAILED, "expected a Notifier, got int"),
    (plugin(register_notifiers=lambda: [Both]), PluginStatus.FAILED, "got the class Both itself"),
    (plugin(register_notifiers=lambda: [Both(), Both()]), PluginStatus.FAILED, "at most 1"),
    (
        plugin(register_playbook_actions=lambda: [Both(), Both()]),
        PluginStatus.FAILED,
        "two with the name `this plugin`",
    ),
    (plugin(register_notifiers=_async_hook), PluginStatus.FAILED, "not `async def`"),
    (plugin(register_notifiers=_wrong_argument), PluginStatus.FAILED, "wrong"),
    (plugin(register_notifier=_no_hook), PluginStatus.FAILED, "did you mean `register_notifiers`?"),
    (plugin(register_webhook_parsers=lambda: [parse]), PluginStatus.FAILED, "expected a WebhookParser"),
    (parser_plugin("Not A Slug"), PluginStatus.FAILED, "the slug 'Not A Slug'"),
    (parser_plugin("same", "same"), PluginStatus.FAILED, "returned two with the slug `same`"),
    (
        plugin(register_webhook_parsers=lambda: [WebhookParser("a", _async_hook)]),  # type: ignore[arg-type]
        PluginStatus.FAILED,
        "`parse` must be a plain function",
    ),
    (None, PluginStatus.FAILED, "not to a plugin"),
]


@pytest.mark.parametrize(("bad", "status", "reason"), BAD, ids=[reason for _, _, reason in BAD])
def test_a_bad_plugin_costs_itself_only(
    monkeypatch: pytest.MonkeyPatch, bad: object, status: PluginStatus, reason: str
) -> None:
    registry = load(monkeypatch, alpha=parser_plugin("a"), bad=bad, zeta=parser_plugin("z"))
    record = registry.records["bad"]
    assert record.status is status
    assert reason in record.reason
    assert record.mend
    assert set(registry.parsers) == {"a", "z"}
    assert not registry.notifiers
    assert registry.records["alpha"].status is registry.records["zeta"].status is PluginStatus.ACTIVE


@pytest.mark.parametrize("error", [KeyboardInterrupt(), asyncio.CancelledError()])
def test_the_users_own_interruption_passes(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    with pytest.raises(type(error)):
        load(monkeypatch, bad=plugin(register_notifiers=_raiser(error)))


def test_nothing_of_a_half_registered_plugin_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    half = plugin(
        register_webhook_parsers=lambda: [WebhookParser("half", parse)],
        register_notifiers=_raiser(RuntimeError("later")),
    )
    registry = load(monkeypatch, half=half)
    assert not registry.parsers
    assert not registry.contexts


def test_a_wrong_rate_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = load(monkeypatch, {"plugins": {"p": {"rate_per_second": 0}}}, p=parser_plugin("a"))
    assert registry.records["p"].status is PluginStatus.MISCONFIGURED
    assert "plugins.p.rate_per_second" in registry.records["p"].reason


def test_a_configured_plugin_that_is_not_there_is_pointed_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    load(monkeypatch, {"plugins": {"webhok": {}}}, webhook=parser_plugin("a"))
    assert "plugins.webhok: no such plugin is installed; did you mean `webhook`?" in caplog.text


class Site:
    """A folder of installed distributions, each with one plugin."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def install(self, dist: str, name: str, code: str, *requires: str) -> None:
        module = dist.replace("-", "_")
        (self.path / f"{module}.py").write_text(code)
        info = self.path / f"{module}-1.0.dist-info"
        info.mkdir()
        lines = [f"Requires-Dist: {one}\n" for one in requires]
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {dist}\nVersion: 1.0\n{''.join(lines)}")
        (info / "entry_points.txt").write_text(f"[{ENTRY_POINT_GROUP}]\n{name} = {module}\n")

    def points(self, group: str) -> Sequence[metadata.EntryPoint]:
        dists = metadata.distributions(path=[str(self.path)])
        return [point for dist in dists for point in dist.entry_points if point.group == group]


MARK = "import builtins; builtins.touched.append(__name__)\n"
GOOD = """
from incident_hub_hookspecs import Delivery, WebhookParser, hookimpl
@hookimpl
def register_webhook_parsers():
    return [WebhookParser("slug", lambda request: Delivery(()))]
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    import builtins

    made = Site(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(metadata, "entry_points", made.points)
    monkeypatch.setattr(builtins, "touched", [], raising=False)
    return made


@pytest.mark.parametrize(
    ("options", "requires", "status"),
    [
        ({"plugins_block": ("mine",)}, "incident-hub-hookspecs", PluginStatus.BLOCKED),
        ({"plugins_block": ("*",)}, "incident-hub-hookspecs", PluginStatus.BLOCKED),
        ({"plugins_allow": ("other",)}, "incident-hub-hookspecs", PluginStatus.DISABLED),
        ({"plugins_allow": ()}, "incident-hub-hookspecs", PluginStatus.DISABLED),
        ({"plugins_allow": ("*",)}, "incident-hub-hookspecs", PluginStatus.ACTIVE),
        ({"plugins_allow": ("mine",), "plugins_block": ("mine",)}, "x", PluginStatus.BLOCKED),
        ({"safe_mode": True}, "incident-hub-hookspecs", PluginStatus.DISABLED),
        ({"safe_mode": True, "strict_plugins": True}, "incident-hub-hookspecs>=7", PluginStatus.DISABLED),
        ({}, "incident-hub-hookspecs>=7", PluginStatus.INCOMPATIBLE),
        ({}, "Incident_Hub.Hookspecs<0.0.1; python_version > '3'", PluginStatus.INCOMPATIBLE),
        ({}, "incident-hub-hookspecs>=7; extra == 'x'", PluginStatus.ACTIVE),
        ({}, "incident-hub-hookspecs>=0.1,<0.2", PluginStatus.ACTIVE),
        ({}, "?? not a requirement", PluginStatus.FAILED),
    ],
)
def test_a_plugin_is_judged_before_its_code_runs(
    site: Site, options: dict[str, Any], requires: str, status: PluginStatus
) -> None:
    dist = f"judged-{abs(hash((str(options), requires)))}"
    site.install(dist, "mine", MARK + GOOD, requires)
    record = load_plugins(HubConfig(**options), Handed.for_looking(HubClock())).records["mine"]
    assert (record.status, record.distribution, record.version) == (status, dist, "1.0")
    assert len(sys.modules["builtins"].touched) == (status is PluginStatus.ACTIVE)
    assert bool(record.mend) is (status is not PluginStatus.ACTIVE)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise RuntimeError('at import')", "RuntimeError: at import"),
        ("import sys; sys.exit(4)", "SystemExit: 4"),
        ("import no_such_module_anywhere", "ModuleNotFoundError"),
        ("def broken(:", "SyntaxError"),
    ],
)
def test_a_plugin_that_breaks_at_import_is_named(site: Site, code: str, reason: str) -> None:
    dist = f"import-{abs(hash(code))}"
    site.install(dist, "mine", code)
    site.install(f"{dist}-good", "other", GOOD)
    registry = load_plugins(HubConfig(), Handed.for_looking(HubClock()))
    assert registry.records["mine"].status is PluginStatus.FAILED
    assert f"{dist} 1.0: {reason}" in registry.records["mine"].reason
    assert dist in registry.records["mine"].mend
    assert list(registry.parsers) == ["slug"]


def test_the_later_claim_of_a_slug_is_refused_and_names_both(site: Site) -> None:
    site.install("claim-one", "b_first", GOOD)
    site.install("claim-two", "a_first", GOOD)
    registry = load_plugins(HubConfig(), Handed.for_looking(HubClock()))
    assert registry.parsers["slug"][0] == "a_first"
    reason = registry.records["b_first"].reason
    assert "`slug`" in reason
    assert "claim-one 1.0" in reason
    assert "claim-two 1.0" in reason


def test_the_later_of_two_namesakes_is_not_used(site: Site) -> None:
    site.install("same-one", "mine", GOOD)
    site.install("same-two", "mine", MARK + GOOD)
    record = load_plugins(HubConfig(), Handed.for_looking(HubClock())).records["mine"]
    assert (record.status, record.distribution) == (PluginStatus.ACTIVE, "same-one")
    assert "same-two 1.0" in record.remark
    assert not sys.modules["builtins"].touched


def test_strict_mode_names_all_that_did_not_load(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = {name: plugin(register_notifiers=_raiser(RuntimeError(f"no {name}"))) for name in ("b1", "b2")}
    with pytest.raises(PluginLoadError) as caught:
        load(monkeypatch, {"strict_plugins": True}, ok=parser_plugin("a"), **bad)
    assert "b1: failed" in str(caught.value)
    assert "b2: failed" in str(caught.value)
    load(monkeypatch, {"strict_plugins": True, "plugins_block": ("b1", "b2")}, ok=parser_plugin("a"), **bad)


def test_strict_mode_misses_what_the_configuration_names(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"strict_plugins": True, "plugins_allow": ("ok", "okk"), "plugins": {"oh": {}}}
    with pytest.raises(PluginLoadError) as caught:
        load(monkeypatch, options, ok=parser_plugin("a"))
    assert str(caught.value).splitlines() == [
        "plugins.oh: no such plugin is installed",
        "plugins_allow: okk: no such plugin is installed; did you mean `ok`?",
    ]


@pytest.mark.parametrize("with_class", [True, False])
def test_a_secret_that_is_not_there_costs_only_its_plugin(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, with_class: bool
) -> None:
    file = tmp_path / "hub.yaml"
    file.write_text("plugins: {bad: {list: [{key: {$env: GONE}}]}, good: {key: {$env: THERE}}}")
    config = HubConfig.load(file, {"THERE": "x"})

    @dataclass(frozen=True)
    class Settings:
        list: tuple[Mapping[str, str], ...] = ()

    bad = plugin(**({"register_config": lambda: Settings} if with_class else {}))
    monkeypatch.setattr(metadata, "entry_points", lambda **_: ())
    registry = load_plugins(config, Handed.for_looking(HubClock()), {"bad": bad, "good": plugin()}.items())
    record = registry.records["bad"]
    assert record.status is PluginStatus.MISCONFIGURED
    assert record.reason == "plugins.bad.list[0].key: the environment variable GONE is not set"
    assert registry.contexts["good"].config == {"key": "x"}


def test_the_settings_class_of_a_misconfigured_plugin_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True)
    class Settings:
        size: int = 1

    registry = load(monkeypatch, {"plugins": {"p": {"siz": 1}}}, p=plugin(register_config=lambda: Settings))
    assert registry.records["p"].status is PluginStatus.MISCONFIGURED
    assert registry.config_classes == {"p": Settings}
