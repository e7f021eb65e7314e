"""Asking a hub that runs, over its GraphQL door."""

from pathlib import Path
from typing import Any

import click
import httpx

from incident_hub.cli.errors import CommandError
from incident_hub.cli.listen import shown_host
from incident_hub.cli.plugins.looking import FIELDS
from incident_hub.cli.sending import unreachable
from incident_hub.cli.settings import load_config
from incident_hub.host.config import HubConfig

__all__ = ["ask", "running_plugins", "url_of", "url_option"]

_SECONDS = 30.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - where it listens is no place to call

url_option = click.option(
    "--url", metavar="URL", help="Ask the hub that runs there, as http://localhost:3000, for its own figures."
)


def url_of(config_file: Path | None) -> str:
    """Where a hub of this configuration is reached from this machine."""
    config: HubConfig = load_config(config_file)
    return f"http://{shown_host(_EVERYWHERE.get(config.host, config.host))}:{config.port}"


def running_plugins(url: str) -> list[dict[str, Any]]:
    """What the hub at `url` says of its plugins, as `as_plain` shows them."""
    asked = " ".join(f"{name}: {_camel(name)}" for name in FIELDS)
    return list(ask(url, f"{{ plugins {{ {asked} }} }}")["plugins"])


def ask(url: str, document: str) -> dict[str, Any]:
    """The answer's data. Raises `CommandError` when there is no hub, or it refuses."""
    try:
        with httpx.Client(base_url=url, timeout=_SECONDS, trust_env=False) as client:
            answer = client.post("/graphql", json={"query": document})
            body = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise unreachable(url, error) from None
    except ValueError:
        raise CommandError(f"what answers at {url} is no hub: it sent no JSON", 1) from None
    if not isinstance(body, dict) or body.get("errors") or not isinstance(body.get("data"), dict):
        raise CommandError(f"the hub at {url} refused: {_first_error(body)}", 1)
    return dict(body["data"])


def _first_error(body: object) -> str:
    try:
        return str(body["errors"][0]["message"])  # type: ignore[index] # whatever it is, it is foreign
    except (TypeError, KeyError, IndexError):
        return "it does not speak this hub's GraphQL"


def _camel(name: str) -> str:
    """As the schema has it, which would take long to import."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
