"""JSON schemas say what the hub itself accepts: an editor and the hub agree on right and wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from incident_hub.host.config import HubConfig
from incident_hub.host.config_documents import hub_schema, plugin_schema
from incident_hub.host.config_schema import Schema
from incident_hub.host.config_tree import build
from incident_hub.host.config_values import HubConfigError
from incident_hub.host.plugin_options import own_options
from incident_hub_hookspecs import setting
from incident_hub_hookspecs.settings import REST
from jsonschema import Draft202012Validator


@dataclass(frozen=True)
class Deep:
    """What lies below."""

    url: str = setting("Where.", least=3, most=20)
    below: tuple["Deep", ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict, metadata=REST.metadata())


@dataclass(frozen=True)
class Settings:
    """How it works."""

    token: str = setting("Who we are.", secret=True)
    count: int = setting("How many.", default=2, least=1, most=5)
    seconds: float = 1.5
    mode: str = setting("Which way.", default="fast", choices=("fast", "slow"))
    folder: Path = Path("data")
    on: bool = False
    names: tuple[str, ...] = setting(default=("a",), least=1, most=2)
    modes: tuple[str, ...] = setting(default=(), choices=("fast", "slow"))
    labels: Mapping[str, int] = field(default_factory=dict)
    limit: float | None = None
    deep: Deep = Deep("http://x")


def schema() -> Schema:
    made = plugin_schema("p", Settings)
    Draft202012Validator.check_schema(made)
    return made


def accepted_by_the_hub(options: Mapping[str, Any]) -> bool:
    try:
        build(Settings, own_options(options), "plugins.p")
    except HubConfigError:
        return False
    return True


T = {"token": "t"}
OPTIONS: list[tuple[dict[str, Any], bool]] = [
    (T, True),
    ({}, False),
    ({**T, "coutn": 1}, False),
    ({**T, "count": 5}, True),
    ({**T, "count": 6}, False),
    ({**T, "count": 0}, False),
    ({**T, "count": "1"}, False),
    ({**T, "count": True}, False),
    ({**T, "count": None}, False),
    ({**T, "seconds": 0}, False),
    ({**T, "seconds": 0.1}, True),
    ({**T, "seconds": 3}, True),
    ({**T, "mode": "slow"}, True),
    ({**T, "mode": "quick"}, False),
    ({**T, "folder": "/x"}, True),
    ({**T, "on": 1}, False),
    ({**T, "names": []}, False),
    ({**T, "names": ["a", "b"]}, True),
    ({**T, "names": ["a", "b", "c"]}, False),
    ({**T, "names": "a"}, False),
    ({**T, "names": [1]}, False),
    ({**T, "modes": ["slow"]}, True),
    ({**T, "modes": ["quick"]}, False),
    ({**T, "labels": {"a": 1}}, True),
    ({**T, "labels": {"a": "x"}}, False),
    ({**T, "labels": {"a": 0}}, False),
    ({**T, "labels": None}, True),
    ({**T, "limit": None}, True),
    ({**T, "limit": 0}, False),
    ({**T, "deep": {"url": "abc"}}, True),
    ({**T, "deep": {"url": "ab"}}, False),
    ({**T, "deep": {}}, False),
    ({**T, "deep": None}, False),
    ({**T, "deep": {"url": "abc", "anything": [1]}}, True),
    ({**T, "deep": {"url": "abc", "below": [{"url": "abc", "below": [{"url": "x"}]}]}}, False),
    ({**T, "rate_per_second": 3}, True),
]


@pytest.mark.parametrize(("options", "sound"), OPTIONS)
def test_the_schema_and_the_hub_agree(options: dict[str, Any], sound: bool) -> None:
    assert Draft202012Validator(schema()).is_valid(options) is sound
    assert accepted_by_the_hub(options) is sound


@pytest.mark.parametrize(
    ("token", "sound"),
    [
        ({"$env": "TOKEN"}, True),
        ({"$file": "token.txt"}, True),
        ({"$env": "A", "$file": "b"}, False),
        ({"$env": 1}, False),
        ({"env": "A"}, False),
        (1, False),
    ],
)
def test_a_text_may_be_a_reference(token: object, sound: bool) -> None:
    assert Draft202012Validator(schema()).is_valid({"token": token}) is sound


def test_the_schema_tells_what_the_dataclass_tells() -> None:
    made = schema()
    shown = made["properties"]
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert made["required"] == ["token"]
    assert (made["title"], made["description"]) == ("plugins.p", "How it works.")
    assert shown["count"] == {
        "type": "integer", "minimum": 1, "maximum": 5, "description": "How many.", "default": 2
    }  # fmt: skip
    assert shown["token"]["writeOnly"] is True
    assert "default" not in shown["token"]
    assert (shown["names"]["default"], shown["folder"]["default"], shown["limit"]["default"]) == (
        ["a"],
        "data",
        None,
    )


def test_a_plugin_without_settings_takes_anything_but_a_wrong_rate() -> None:
    check = Draft202012Validator(plugin_schema("p", None))
    assert check.is_valid({"any": [1], "rate_per_second": 2})
    assert not check.is_valid({"rate_per_second": 0})


FILES = [
    ("", True),
    ("port: 8080\ndatabase_url: {$env: DB}\n", True),
    ("prot: 8080\n", False),
    ("port: 70000\n", False),
    ("plugins: {p: {token: t, count: 9}}\n", False),
    ("plugins: {p: {token: t}, stranger: {a: 1}}\n", True),
    ("plugins: {p: 1}\n", False),
    ("notify: {targets: [{channel: c, url: x, min_severity: P9}]}\n", False),
    ("notify: {targets: [{channel: c, url: x}]}\n", True),
    ("plugins_allow: []\nplugins_block: [a]\nsafe_mode: true\n", True),
]


@pytest.mark.parametrize(("text", "sound"), FILES)
def test_the_schema_of_the_whole_file_agrees_too(tmp_path: Path, text: str, sound: bool) -> None:
    made = hub_schema({"p": Settings}, ["p", "q"])
    Draft202012Validator.check_schema(made)
    assert Draft202012Validator(made).is_valid(yaml.safe_load(text)) is sound
    file = tmp_path / "hub.yaml"
    file.write_text(text)
    try:
        config = HubConfig.load(file, {"DB": "sqlite:///x"})
        held = "p" not in config.plugins or accepted_by_the_hub(config.plugins["p"])
    except HubConfigError:
        held = False
    assert held is sound
