"""`incident-hub plugins show`."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.plugins.about import about
from incident_hub.cli.plugins.gives import gives
from incident_hub.cli.plugins.kept import tables_kept
from incident_hub.cli.plugins.list import milliseconds
from incident_hub.cli.plugins.looking import Look, as_plain, look_for
from incident_hub.cli.plugins.running import running_plugins, url_option
from incident_hub.cli.plugins.written import settings_shown
from incident_hub.cli.settings import config_option
from incident_hub.cli.text import plain

__all__ = ["command"]


@click.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@url_option
@config_option
def command(name: str, as_json: bool, url: str | None, config_file: Path | None) -> None:
    """Show everything about plugin NAME: status, package, hooks, settings, and what it brings.

    With --url the status and the figures are those of the hub that runs there.
    """
    found, record = look_for(name, config_file)
    told = _everything(found, name, config_file)
    told.update(_running(name, url) if url else as_plain(record))
    if as_json:
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for line in _lines(told, live=url is not None):
        click.echo(plain(line))


def _running(name: str, url: str) -> dict[str, Any]:
    known = {one["name"]: one for one in running_plugins(url)}
    if name not in known:
        raise CommandError(f"the hub at {url} has no plugin `{name}`; was it installed after its start?")
    return known[name]


def _everything(found: Look, name: str, config_file: Path | None) -> dict[str, Any]:
    record = found.registry.records[name]
    return {
        "package": asdict(about(record.distribution)),
        "settings": [asdict(one) for one in settings_shown(found, name, config_file)],
        "rate_per_second": found.registry.rates.get(name),
        "tables": tables_kept(name, found.registry.records, config_file)
        if name in found.registry.migrations
        else [],
        "gives": [{"kind": kind, "name": what} for kind, what in gives(found.registry, name)],
    }


def _lines(told: dict[str, Any], *, live: bool) -> Iterable[str]:
    yield f"{told['name']} {told['version']}: {told['status']}"
    for key in ("reason", "remark", "mend"):
        if told[key]:
            yield f"  {key:<10}  {told[key]}"
    if live:
        spread = f"p50 {milliseconds(told['p50'])}, p95 {milliseconds(told['p95'])}"
        yield f"  {'calls':<10}  {told['calls']}, {told['errors']} of them with errors, {spread}"
    if told["isolated"]:
        yield f"  {'process':<10}  {_process(told)}"
    yield "package"
    yield from _pairs(_package(told))
    yield "hooks"
    yield f"  {', '.join(told['hooks']) or 'nothing'}"
    yield f"settings (plugins.{told['name']})"
    yield from _pairs(_settings(told))
    yield "brings"
    kept = [("in the database", one) for one in told["tables"]]
    yield from _pairs([*((one["kind"], one["name"]) for one in told["gives"]), *kept])


def _process(told: dict[str, Any]) -> str:
    if not told["restarts"]:
        return "its own"
    return f"its own; replaced {told['restarts']} times, the last time because {told['last_restart']}"


def _package(told: dict[str, Any]) -> list[tuple[str, str]]:
    known = told["package"]
    pairs = [("name", told["distribution"])]
    pairs += [(key, known[key]) for key in ("summary", "author", "licence") if known[key]]
    pairs += [("url", f"{url} ({label})") for label, url in known["urls"]]
    pairs += [("requires", one) for one in known["requires"]]
    if known["location"]:
        pairs.append(("location", known["location"] + (", editable" if known["editable"] else "")))
    return pairs


def _settings(told: dict[str, Any]) -> list[tuple[str, str]]:
    pairs = []
    for one in told["settings"]:
        remark = (
            "; plain text in the file: write {$env: NAME} or {$file: PATH}" if one["plain_secret"] else ""
        )
        told_of = f"  # {one['description']}" if one["description"] else ""
        pairs.append((one["path"], one["value"] + remark + told_of))
    if told["rate_per_second"] is not None:
        pairs.append(("rate_per_second", f"{told['rate_per_second']:g}"))
    return pairs


def _pairs(pairs: list[tuple[str, str]]) -> list[str]:
    width = max((len(key) for key, _ in pairs), default=0)
    return [f"  {key:<{width}}  {value}" for key, value in pairs] or ["  nothing"]
