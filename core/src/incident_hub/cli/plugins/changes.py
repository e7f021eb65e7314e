"""Telling what installing or removing packages did to the plugins."""

from collections.abc import Sequence
from typing import Any

import click

from incident_hub.cli.errors import CommandError
from incident_hub.cli.plugins.looking import hooks_told
from incident_hub.cli.plugins.snapshot import Change, Snapshot, changes_of
from incident_hub.cli.text import plain
from incident_hub.host.status import REFUSED, PluginStatus

__all__ = ["refuse_bad", "tell"]

_FINE = {PluginStatus.ACTIVE.value, *(status.value for status in REFUSED)}


def tell(before: Snapshot, after: Snapshot) -> list[Change]:
    """A line for each change."""
    changes = changes_of(before, after)
    for change in changes:
        click.echo(plain(_line(change)))
    return changes


def refuse_bad(changes: Sequence[Change], after: Snapshot) -> None:
    """Raise `CommandError` when a plugin that changed is not well, or none can be loaded any more."""
    if after.problem:
        mends = [f"`incident-hub plugins disable {one.name}`" for one in changes if one.after is not None]
        mend = f"; mend it, or {' or '.join(mends)}" if mends else ""
        raise CommandError(f"the plugins cannot be loaded: {after.problem}{mend}")
    bad = [one.name for one in changes if one.after is not None and one.after["status"] not in _FINE]
    if bad:
        raise CommandError(f"installed, and not serving: {', '.join(bad)}; the lines above say why")


def _line(change: Change) -> str:
    before, after = change.before, change.after
    if after is None:
        return f"- {change.name}: gone, with {_origin(before)}"
    if before is None:
        return f"+ {change.name}: came with {_origin(after)}{_fate(after)}"
    old, new = before["version"], after["version"]
    return (
        f"~ {change.name}: {after['distribution']} {old if old == new else f'{old} -> {new}'}{_fate(after)}"
    )


def _origin(record: dict[str, Any] | None) -> str:
    return f"{record['distribution']} {record['version']}" if record else ""


def _fate(record: dict[str, Any]) -> str:
    if not record["status"]:
        return ""
    told = [record["reason"] or hooks_told(record), record["remark"], record["mend"]]
    return f"; {record['status']}: {'; '.join(part for part in told if part)}"
