"""`incident-hub plugins`."""

import click

from incident_hub.cli.lazy import LazyGroup

__all__ = ["command"]

_COMMANDS = {
    "new": "Make the repository of a new plugin.",
    "list": "Every plugin, what became of it, and what mends it.",
    "show": "Everything about one plugin.",
    "check": "Exit with 1 when a plugin that should serve does not.",
    "install": "Install packages with plugins, and see whether they load.",
    "uninstall": "Remove a plugin's package, and see what it leaves.",
    "enable": "Let a plugin be loaded: edits the configuration file.",
    "disable": "Keep a plugin from being loaded: edits the configuration file.",
    "schema": "JSON schema of a plugin's settings, or of the whole configuration file.",
    "reload": "Have a running hub read its configuration again.",
}


@click.group(cls=LazyGroup, package="incident_hub.cli.plugins", lazy=_COMMANDS)
def command() -> None:
    """The plugins: what there is, what became of it, and what to do about it."""
