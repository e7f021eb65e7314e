"""`incident-hub schema`."""

from pathlib import Path

import click

from incident_hub.cli.errors import CommandError

__all__ = ["command"]


@click.group()
def command() -> None:
    """The GraphQL schema."""


@command.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when the file differs.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default="schema.graphql",
    show_default=True,
    help="The file to write; - is standard output.",
)
def export(check: bool, output: Path) -> None:
    """Write the schema as SDL."""
    from incident_hub.api.graphql import export_sdl  # noqa: PLC0415 - builds the schema

    text = export_sdl()
    if check:
        _compare(output, text)
    elif str(output) == "-":
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"wrote {output}", err=True)


def _compare(file: Path, text: str) -> None:
    found = file.read_text(encoding="utf-8") if file.is_file() else ""
    if found != text:
        raise CommandError(f"{file} is not the program's schema: run `incident-hub schema export`")
    click.echo(f"{file} is up to date")
