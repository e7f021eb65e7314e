"""`incident-hub plugins schema`."""

import json
from pathlib import Path

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.plugins.looking import look
from incident_hub.cli.settings import config_option
from incident_hub.host.config_documents import hub_schema, plugin_schema

__all__ = ["command"]


@click.command()
@click.argument("name", required=False)
@config_option
def command(name: str | None, config_file: Path | None) -> None:
    """Print the JSON schema (draft 2020-12) of what may stand under `plugins.NAME`.

    Without NAME: of the whole configuration file with the plugins that are installed, for editors. Name it in
    the file's first line: `# yaml-language-server: $schema=incident-hub.schema.json`.
    """
    found = look(config_file, here=True)
    classes = found.registry.config_classes
    if name is None:
        schema = hub_schema(classes, sorted(found.registry.records))
    else:
        record = found.record(name)
        if name not in classes and not record.serving:
            raise CommandError(f"{name} is {record.status.value}: {record.reason}; {record.mend}")
        schema = plugin_schema(name, classes.get(name))
    click.echo(json.dumps(schema, indent=2, ensure_ascii=False))
