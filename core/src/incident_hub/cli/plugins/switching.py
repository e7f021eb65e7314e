"""Editing the lists of plugins in the configuration file, and saying what that leads to."""

import os
from pathlib import Path

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.settings import load_config
from incident_hub.host.config import HubConfigError
from incident_hub.host.config_edit import edit_names
from incident_hub.host.config_sources import DEFAULT_FILE, ENVIRONMENT, config_file
from incident_hub.host.config_yaml import read_yaml
from incident_hub.host.discovery import find_candidates, judge_name

__all__ = ["edit", "file_of", "installed_names", "names_in", "tell_what_counts"]

_VARIABLES = {key: name for name, (key, _) in ENVIRONMENT.items()}


def file_of(given: Path | None) -> Path:
    """The file to edit; one that was named must be there, the default one is made."""
    file = config_file(given, os.environ)
    if file is not None and not file.is_file():
        raise CommandError(f"there is no file {file}", 2)
    return file or DEFAULT_FILE


def installed_names() -> list[str]:
    """Of all plugins, without importing any."""
    return sorted({candidate.name for candidate in find_candidates()})


def names_in(file: Path, key: str) -> list[str] | None:
    """What the file itself lists there."""
    value = read_yaml(file).get(key) if file.is_file() else None
    return [str(one) for one in value] if isinstance(value, list) else None


def edit(file: Path, key: str, *, add: str = "", remove: str = "") -> None:
    """Edit one list, and say so."""
    if edit_names(file, key, add=add, remove=remove):
        done = f"`{add}` is in" if add else f"`{remove}` is no longer in"
        click.echo(f"{done} `{key}` of {file}")


def tell_what_counts(name: str, file: Path, *, wanted: bool) -> None:
    """When it takes effect, and what else has a say."""
    for key in ("plugins_block", "plugins_allow"):
        if (variable := _VARIABLES[key]) in os.environ and (os.environ[variable] or key == "plugins_allow"):
            click.echo(f"note: {variable} is set here and counts instead of `{key}` in the file", err=True)
    try:
        refusal = judge_name(name, load_config(file if file.is_file() else None))
    except HubConfigError as error:
        click.echo(f"note: the configuration has another mistake: {error}", err=True)
        return
    if wanted and refusal is not None:
        raise CommandError(f"`{name}` is still {refusal.status.value}: {refusal.reason}; {refusal.mend}")
    state = "loaded" if refusal is None else "left out"
    click.echo(
        f"`{name}` is {state} from the next start of `serve` and `worker` on; running ones go on as they are"
    )
