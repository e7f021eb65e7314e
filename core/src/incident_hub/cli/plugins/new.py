"""`incident-hub plugins new`."""

import json
import subprocess
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.scaffold.making import make_repository
from incident_hub.cli.scaffold.template import Template, template_folder
from incident_hub.host.discovery import find_candidates

__all__ = ["command"]

_TEMPLATE = Template(template_folder())


@click.command("new")
@click.argument("name")
@click.option("--kind", type=click.Choice(_TEMPLATE.choices("kind")), default="enricher", show_default=True)
@click.option("--dir", "parent", type=click.Path(file_okay=False, path_type=Path), default=Path())
@click.option("--author", help="By default what git says.")
@click.option("--email", help="By default what git says.")
@click.option("--description", help="One line for people.")
@click.option("--license", type=click.Choice(_TEMPLATE.choices("license")), help="By default the first.")
def command(name: str, kind: str, parent: Path, **said: str | None) -> None:
    """Make the repository of a new plugin, tests, CI and all. NAME is as in `owner-labels`."""
    plugin = name.replace("-", "_")
    _refuse_taken(plugin)
    usual = {"author": _git("user.name"), "email": _git("user.email"), "_hub_checkout": _checkout()}
    given = {key: value for key, value in said.items() if value is not None}
    made = make_repository(_TEMPLATE, {**usual, **given, "name": name, "kind": kind}, parent)
    click.echo(f"made {made}\n")
    steps = {
        f"cd {made}": "",
        "uv run pytest": "its tests",
        "uv run incident-hub serve --dev": "a hub with it",
    }
    width = max(map(len, steps))
    for step, meaning in steps.items():
        click.echo(f"  {step:<{width}}  {meaning}".rstrip())


def _refuse_taken(plugin: str) -> None:
    """A plugin's name is also its command, so a word that the hub uses is taken too."""
    for known in find_candidates():
        if known.name == plugin:
            raise CommandError(
                f"a plugin `{plugin}` is installed already, by {known.origin}: choose another name", 2
            )
    root = click.get_current_context().find_root()
    if isinstance(root.command, click.Group) and plugin in root.command.list_commands(root):
        raise CommandError(f"`incident-hub {plugin}` is a command of the hub: choose another name", 2)


def _git(key: str) -> str:
    """What git knows of the person at the keyboard."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command, found as the shell finds it
            ["git", "config", "--get", key],  # noqa: S607
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.strip()


def _checkout() -> str:
    """The folder from which this hub was installed; empty when it came as wheels."""
    try:
        told = json.loads(metadata.distribution("incident-hub").read_text("direct_url.json") or "{}")
    except metadata.PackageNotFoundError:
        return ""
    folder = Path(unquote(urlsplit(told.get("url", "")).path))
    return folder.as_posix() if "dir_info" in told and folder.is_dir() else ""
