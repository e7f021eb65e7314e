"""`incident-hub routes`."""

from pathlib import Path

import click
from incident_hub_hookspecs import Alert, LlmIdentity, PayloadError, Severity
from incident_hub_hookspecs.parsing import WebhookRequest

from incident_hub.cli.errors import CommandError
from incident_hub.cli.settings import config_option, load_config, run_async
from incident_hub.cli.text import plain
from incident_hub.host.config import HubConfig
from incident_hub.host.json_body import decode_json
from incident_hub.hub import Hub
from incident_hub.response.rules.trial import Trial, try_alert

__all__ = ["command"]


@click.group()
def command() -> None:
    """Routing rules: where an incident would go, and why."""


@command.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format", "slug", default="generic", show_default=True, help="Which webhook FILE was meant for."
)
@click.option("--title", default="", help="In place of FILE: the incident's title.")
@click.option("--source", default="manual", show_default=True)
@click.option("--severity", type=click.Choice([one.value for one in Severity]))
@click.option("--label", "labels", multiple=True, metavar="NAME=VALUE")
@click.option("--model", default="", help="The LLM's name.")
@click.option("--provider", default="", help="The LLM's provider.")
@config_option
def test(
    file: Path | None, slug: str, title: str, source: str, severity: str | None, labels: tuple[str, ...],
    model: str, provider: str, config_file: Path | None,
) -> None:  # fmt: skip
    """Where the incident of an alert would go now: of FILE's first alert, or of one made of options."""
    if (file is None) == (not title):
        raise CommandError("give either a FILE or --title", 2)
    known = dict(label.partition("=")[::2] for label in labels)
    level = None if severity is None else Severity(severity)
    made = Alert(source, title, severity=level, labels=known, llm=LlmIdentity(model=model, provider=provider))
    found = run_async(_tried(load_config(config_file), made, file, slug))
    for line in _lines(found):
        click.echo(plain(line))


async def _tried(config: HubConfig, alert: Alert, file: Path | None, slug: str) -> Trial:
    hub = await Hub.create(config, workers=False, doors=file is not None)
    try:
        return await try_alert(hub.services, alert if file is None else _read(hub, file, slug))
    finally:
        await hub.stop()


def _read(hub: Hub, file: Path, slug: str) -> Alert:
    if slug not in hub.registry.parsers:
        raise CommandError(
            f"no plugin parses {slug}; there are: {', '.join(sorted(hub.registry.parsers))}", 2
        )
    body = file.read_bytes()
    request = WebhookRequest(slug, {"content-type": "application/json"}, {}, body, lambda: decode_json(body))
    try:
        alerts = hub.registry.parsers[slug][1].parse(request).alerts
    except PayloadError as error:
        raise CommandError(f"{file}: {error}", 1) from None
    if not alerts:
        raise CommandError(f"{file}: holds no alert", 1)
    return alerts[0]


def _lines(found: Trial) -> list[str]:
    lines = [f"severity {found.severity}"]
    for rule in found.rules:
        lines.append(f"{'+' if rule.matched else '-'} rule {rule.id} (priority {rule.priority})")
        lines += [f"    {one}" for one in (rule.actions if rule.matched else rule.failed)]
    for page in found.pages:
        lines.append(f"page {page.receiver} (rule {page.rule})")
        lines += [f"    reaches {one}" for one in page.reaches] + [
            f"    missing: {one}" for one in page.missing
        ]
    lines += [f"target {one}" for one in found.targets]
    lines += [f"escalation policy {found.policy}"] if found.policy else []
    lines += [f"held by {one}" for one in found.held_by]
    return [*lines, "nobody else would be told"] if found.nobody else lines
