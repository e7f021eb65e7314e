"""The command `incident-hub`. Its subcommands are imported when they are called, so that help is quick."""

import sys
from collections.abc import Sequence

import click

from incident_hub.cli.errors import explain
from incident_hub.cli.lazy import LazyGroup

__all__ = ["main", "program", "run"]

_COMMANDS = {
    "serve": "Run the hub: webhooks, GraphQL, workers.",
    "worker": "Do durable work only, beside hubs that serve.",
    "demo": "Play a storm of LLM alerts through a throw-away hub and watch it.",
    "replay": "Send a file of payloads to a hub at a chosen speed.",
    "simulate": "Replay stored alerts through a changed configuration: what would be different?",
    "db": "Bring the database's schema forward, or look at it.",
    "plugins": "List the plugins and what became of each.",
    "schema": "Export the GraphQL schema.",
    "audit": "Verify the chain of timeline events.",
    "llm": "Stand-ins for the services of an LLM platform, to try the hub against.",
    "playbooks": "Check playbooks, run them, look at their runs.",
    "apply": "Write a folder of rules, people and policies to the hub, as a whole.",
    "routes": "Say where an incident would go, and why.",
    "oncall": "Who is on call: now, next, at any moment.",
    "deliveries": "Look at what went to whom, and give dead deliveries another try.",
    "jobs": "Look at durable work, and give dead jobs another try.",
}


_EPILOG = """\b
Plugins add commands of their own:
  incident-hub PLUGIN        lists those of one plugin
  incident-hub plugins list  lists the plugins"""


def _of_a_plugin(name: str) -> click.Command | None:
    from incident_hub.cli.plugin_commands import plugin_group  # noqa: PLC0415 - only for a name that is not ours

    return plugin_group(name)


@click.group(
    cls=LazyGroup,
    package="incident_hub.cli.commands",
    lazy=_COMMANDS,
    others=_of_a_plugin,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="incident-hub-core", message="%(version)s")
def program() -> None:
    """Incident Hub: alerts of LLM systems become few, explained incidents."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; an error is one line on stderr."""
    try:
        code = program.main(arguments, prog_name="incident-hub", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        return 130
    except Exception as error:
        problem = explain(error)
        if problem is None:
            raise
        click.echo(f"incident-hub: {problem.text}", err=True)
        return problem.code
    return code if isinstance(code, int) else 0


def main() -> None:
    """The console script."""
    sys.exit(run())
