"""Errors that a user can mend, as one line and an exit code. Everything else is ours, with its traceback."""

from dataclasses import dataclass

import click

__all__ = ["CommandError", "Problem", "explain"]


class CommandError(Exception):
    """A command cannot do what it was asked to; the message says why and what mends it."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Problem:
    """What to tell, and the process's exit code."""

    text: str
    code: int


def explain(error: Exception) -> Problem | None:
    """The error for people; None when it is not one that they can mend."""
    while isinstance(error, ExceptionGroup):  # tasks that ran side by side: the first failure tells enough
        error = error.exceptions[0]
    if isinstance(error, CommandError):
        return Problem(str(error), error.code)
    if isinstance(error, click.UsageError):
        where = f"; see `{error.ctx.command_path} --help`" if error.ctx else ""
        return Problem(_one_line(error.format_message()).rstrip(".") + where, 2)
    if isinstance(error, click.ClickException):
        return Problem(_one_line(error.format_message()), error.exit_code)
    return _of_the_hub(error)


def _of_the_hub(error: Exception) -> Problem | None:
    from incident_hub.host.config_values import HubConfigError  # noqa: PLC0415 - only when something failed
    from incident_hub.host.strict import PluginLoadError  # noqa: PLC0415
    from incident_hub.storage.database import DatabaseUnavailableError  # noqa: PLC0415
    from incident_hub.storage.migrate import SchemaOutdatedError  # noqa: PLC0415

    if isinstance(error, HubConfigError):
        return Problem(f"configuration: {_one_line(str(error))}", 2)
    if isinstance(error, DatabaseUnavailableError):
        return Problem(f"the database cannot be used: {_one_line(str(error))}; is DATABASE_URL right?", 1)
    if isinstance(error, PluginLoadError):
        return Problem(f"strict about plugins, and these do not serve:\n{error}", 1)
    if isinstance(error, SchemaOutdatedError):
        return Problem(_one_line(str(error)), 1)
    if isinstance(error, OSError):
        return Problem(_one_line(str(error)), 1)
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
