"""What the bad plugins have in common."""
# ruff: noqa: ANN002, ANN201, ANN202, ANN401, ARG002, N805 - the wrong things are what counts here

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from incident_hub_hookspecs import hookimpl, setting

__all__ = ["URL", "Bad", "Settings", "caught_by"]

URL = "https://api.example/"


def caught_by(*_tests):
    """Say which tests of the kit must fail for a class; `test_kit_catches.py` reads it from the source."""
    return lambda cls: cls


@dataclass(frozen=True)
class Settings:
    token: str = setting("What to show.", default="", secret=True)


class Bad:
    """One plugin: `make` is what its hook returns, in a list."""

    hook: ClassVar[str]

    def make(self, context: Any) -> Any:
        return self

    @pytest.fixture
    def plugin(self) -> object:
        class Plugin:
            @hookimpl
            def register_config(_):
                return Settings

        plugin = Plugin()
        setattr(plugin, self.hook, hookimpl(lambda context: [self.make(context)]))
        return plugin
