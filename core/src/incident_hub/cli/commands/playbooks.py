"""`incident-hub playbooks`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.settings import config_option

if TYPE_CHECKING:
    from incident_hub.domain.playbooks.model import Playbook
    from incident_hub.host.registry import Registry
    from incident_hub.response.playbooks.checking import Checked

__all__ = ["command"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Playbooks: check them, run them, look at their runs."""


@command.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@config_option
def check(files: tuple[Path, ...], config_file: Path | None) -> None:
    """Say what is wrong in playbook files, with the line; exit with 1 when anything is.

    Playbooks that run each other are looked for among the files.
    """
    registry = _registry(config_file)
    texts = {file: file.read_text(encoding="utf-8", errors="replace") for file in files}
    wrong = 0
    for file, checked in _checked(texts, registry).items():
        for problem in checked.problems:
            click.echo(f"{file}:{problem.line}: {problem.path or 'playbook'}: {problem.message}")
        if checked.playbook is not None:
            steps = sum(1 for _ in checked.playbook.walk())
            click.echo(f"{file}: {checked.playbook.name} is sound, {steps} steps")
        wrong += len(checked.problems)
    if wrong:
        raise CommandError(f"{wrong} problem{'s' if wrong > 1 else ''}")


@command.command()
@config_option
def schema(config_file: Path | None) -> None:
    """Write the JSON schema of playbooks, for editors, with the actions of the plugins installed here."""
    from incident_hub.response.playbooks.json_schema import playbook_schema  # noqa: PLC0415

    click.echo(json.dumps(playbook_schema(_registry(config_file)), indent=2))


def _registry(config_file: Path | None) -> "Registry":
    from incident_hub.cli.plugins.looking import look  # noqa: PLC0415 - loads plugins

    return look(config_file, here=True).registry


def _checked(texts: dict[Path, str], registry: "Registry") -> dict[Path, "Checked"]:
    from incident_hub.response.playbooks.checking import check_playbook  # noqa: PLC0415 - only here
    from incident_hub.response.playbooks.document import read_document  # noqa: PLC0415

    read = [document.playbook for document in map(read_document, texts.values())]
    known: dict[str, Playbook] = {one.name: one for one in read if one is not None}
    return {file: check_playbook(text, registry, known.get) for file, text in texts.items()}
