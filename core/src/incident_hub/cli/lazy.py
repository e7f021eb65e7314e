"""A click group whose commands live in modules of their own, imported when they are needed."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

import click

__all__ = ["LazyGroup"]


class LazyGroup(click.Group):
    """Knows its commands by name and a line of help; `package` holds a module `name` for each.

    `others` is asked for a name that none of them has.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - click's own
        package: str,
        lazy: Mapping[str, str],
        others: Callable[[str], click.Command | None] = lambda _: None,
        **kwargs: Any,  # noqa: ANN401 - click's own
    ) -> None:
        super().__init__(*args, **kwargs)
        self._package = package
        self._lazy = lazy
        self._others = others

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names in the order in which a newcomer needs them."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command's module and take `command` from it; a name of none of them is another's."""
        if cmd_name not in self._lazy:
            return self._others(cmd_name)
        module = importlib.import_module(f"{self._package}.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._lazy.items()))
