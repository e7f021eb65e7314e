"""Settings as people see them: no secret is shown, whichever way it came."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from incident_hub.host.config_shown import ShownSetting, shown_settings
from incident_hub_hookspecs import setting

CANARY = "canary-7f3a"


@dataclass(frozen=True)
class Inner:
    key: str = setting("Inner key.", default="", secret=True)
    size: int = 1


@dataclass(frozen=True)
class Settings:
    token: str = setting("Who we are.", default="", secret=True)
    keys: tuple[str, ...] = setting(default=(), secret=True)
    url: str = "http://x"
    inner: Inner = Inner()
    many: tuple[Inner, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict)


@pytest.mark.parametrize(
    ("settings", "written"),
    [
        (Settings(token=CANARY), {"token": CANARY}),
        (Settings(token=CANARY), {"token": {"$env": "TOKEN"}}),
        (Settings(keys=(CANARY,)), {"keys": [CANARY]}),
        (Settings(url=CANARY), {"url": {"$file": "url.txt"}}),
        (Settings(url=f"postgres://me:{CANARY}@host/db"), {"url": f"postgres://me:{CANARY}@host/db"}),
        (Settings(inner=Inner(CANARY)), {"inner": {"key": CANARY}}),
        (Settings(many=(Inner(CANARY), Inner(CANARY))), {"many": [{"key": CANARY}, {"key": {"$env": "K"}}]}),
        (Settings(named={"api_key": CANARY}), {"named": {"api_key": CANARY}}),
        (
            {"password": CANARY, "list": [{"token": CANARY}]},
            {"password": CANARY, "list": [{"token": CANARY}]},
        ),
        ({"anything": CANARY}, {"anything": {"$env": "X"}}),
    ],
)
def test_a_secret_is_hidden(settings: object, written: Mapping[str, object]) -> None:
    shown = shown_settings(settings, written)
    assert shown
    assert CANARY not in repr(shown)


def test_every_key_is_shown_with_its_value_and_its_words() -> None:
    settings = Settings(token=CANARY, many=(Inner(size=3),), named={"a": [1, 2]})
    written = {"token": {"$env": "TOKEN"}, "many": [{"size": 3}], "named": {"a": [1, 2]}}
    assert shown_settings(settings, written) == [
        ShownSetting("token", '{"$env": "TOKEN"}', "Who we are."),
        ShownSetting("keys", "(not set)"),
        ShownSetting("url", '"http://x"'),
        ShownSetting("inner.key", "(not set)", "Inner key."),
        ShownSetting("inner.size", "1"),
        ShownSetting("many[0].key", "(not set)", "Inner key."),
        ShownSetting("many[0].size", "3"),
        ShownSetting("named.a", "[1, 2]"),
    ]


def test_a_secret_that_stands_in_the_file_itself_is_pointed_out() -> None:
    def plain(settings: object, written: object) -> list[str]:
        return [one.path for one in shown_settings(settings, written) if one.plain_secret]

    assert plain(Settings(token="x"), {"token": "x"}) == ["token"]
    assert plain(Settings(token="x"), {"token": {"$env": "T"}}) == []
    assert plain(Settings(token="x"), {}) == []  # a default, not in the file
    assert plain({"password": "x", "url": "y"}, {"password": "x", "url": "y"}) == ["password"]
