"""Running pip or uv on this environment."""

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from incident_hub.cli.errors import CommandError
from incident_hub.host.environment import Installer, find_installer

__all__ = ["keeping", "run_installer"]

_YES = {"pip": ("--yes",)}  # uv does not ask


def run_installer(verb: str, arguments: Sequence[str]) -> None:
    """Run it as it is, its output for people to see. Raises `CommandError` when it fails, or there is none."""
    installer = _installer()
    given = [*(_YES.get(installer.name, ()) if verb == "uninstall" else ()), *arguments]
    click.echo(f"$ {installer.typed(verb, *given)}", err=True)
    done = subprocess.run(installer.command(verb, *given), check=False)  # noqa: S603 - what the user asked for
    if done.returncode:
        told = f"{installer.name} ended with {done.returncode}; the lines above say why"
        raise CommandError(told, max(done.returncode, 1))


def keeping(arguments: Iterable[str]) -> str:
    """In a project that uv manages: what keeps the next `uv sync` from undoing it; else nothing."""
    project = Path(sys.prefix).parent
    if Path(sys.prefix).name != ".venv" or not (project / "uv.lock").is_file():
        return ""
    names = " ".join(one for one in arguments if not one.startswith("-"))
    return f"note: {project} is a project of uv, and `uv sync` takes the package out again; `uv add {names}` keeps it"


def _installer() -> Installer:
    if found := find_installer():
        return found
    raise CommandError(
        f"neither pip nor uv is here: run `{sys.executable} -m ensurepip`, or install uv, and try again"
    )
