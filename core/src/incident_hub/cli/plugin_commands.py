"""`incident-hub PLUGIN COMMAND ...`: the commands that one plugin brings, found without loading any other."""

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from incident_hub_hookspecs import ENTRY_POINT_GROUP, Command

from incident_hub.cli.errors import CommandError
from incident_hub.cli.settings import config_option

if TYPE_CHECKING:
    from incident_hub.cli.plugin_session import PluginSession

__all__ = ["PluginGroup", "plugin_group"]


def plugin_group(name: str) -> click.Command | None:
    """The group of the plugin with this name, if one is installed; its code is not run yet."""
    if name not in metadata.entry_points(group=ENTRY_POINT_GROUP).names:
        return None
    group = PluginGroup(name, help=f"Commands of the plugin {name}.", invoke_without_command=True)
    group.callback = click.pass_context(_show_help)
    config_option(group)  # a command that exists gets the option in place
    return group


def _show_help(ctx: click.Context, **_options: object) -> None:
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


class PluginGroup(click.Group):
    """Loads its plugin when the first command is looked for; `--config` says how it is configured."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, sorted."""
        return sorted(self._session(ctx).commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of the plugin's commands."""
        session = self._session(ctx)
        found = session.commands.get(cmd_name)
        return None if found is None else _Passing(session, found)

    def _session(self, ctx: click.Context) -> "PluginSession":
        from incident_hub.cli.plugin_session import PluginSession  # noqa: PLC0415 - loads the hub's rooms

        known = ctx.meta.get(__name__)
        if known is None:
            known = ctx.meta[__name__] = PluginSession(str(self.name), _config_file(ctx))
        session: PluginSession = known
        return session


def _config_file(ctx: click.Context) -> Path | None:
    file: Path | None = ctx.params.get("config_file")
    return file


class _Passing(click.Command):
    """Hands every argument behind its name to the plugin, `--help` and `--` among them."""

    def __init__(self, session: "PluginSession", command: Command) -> None:
        super().__init__(command.name, help=command.help, add_help_option=False, callback=self._run)
        self._session = session
        self._command = command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Look at none of them."""
        ctx.params["arguments"] = tuple(args)
        return []

    def _run(self, arguments: Sequence[str]) -> int:
        self._session.prepare()
        try:
            code: Any = self._command.run(list(arguments))
        except SystemExit as exit_:
            code = _exit_code(exit_.code)
        except (KeyboardInterrupt, click.exceptions.Abort):
            raise
        except BaseException as error:  # the boundary: a plugin may raise anything
            raise self._session.failure(self._command.name, error) from error
        if not isinstance(code, int) or isinstance(code, bool):
            told = f"{self._session.plugin} {self._command.name}: returned {code!r}, not an exit code"
            raise CommandError(told)
        return code


def _exit_code(given: object) -> object:
    """As Python itself reads what `sys.exit` was given."""
    if given is None:
        return 0
    if isinstance(given, int):
        return int(given)
    click.echo(str(given), err=True)
    return 1
