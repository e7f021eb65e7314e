"""One file an incident: written whole or not at all, the same however often, and taken back if need be."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from urllib.parse import quote

from incident_hub_hookspecs import (
    ActionResult,
    BlastRadius,
    CallContext,
    DeliveryError,
    Incident,
    PlaybookAction,
    setting,
)

__all__ = ["KeepEvidence", "Parameters", "Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set."""

    folder: Path = setting("Where the files go; it is made when it is needed.", default=Path("evidence"))


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a playbook's step may say."""

    reason: str = setting("Why it is kept; stands in the file.", default="")


class KeepEvidence(PlaybookAction):
    """Writes `<folder>/<incident>.json`; running it twice leaves one file."""

    idempotent = True
    blast_radius = BlastRadius.NONE
    parameters = Parameters

    def __init__(self, settings: Settings) -> None:
        """Keep the place."""
        self._folder = settings.folder

    async def run(
        self,
        incident: Incident,
        params: Mapping[str, object],
        key: str,
        *,
        dry_run: bool,
        context: CallContext,
    ) -> ActionResult:
        """Write the file; in a dry run say where it would be."""
        path = self._path(incident)
        if dry_run:
            return ActionResult(f"would write {path}", {"path": str(path)})
        reason = str(params.get("reason", ""))
        evidence = json.dumps({"reason": reason, "incident": _plain(incident)}, indent=2)
        await _on_disk(_write, path, evidence)
        return ActionResult(f"wrote {path}", {"path": str(path)}, {"path": str(path)})

    async def undo(
        self, incident: Incident, undo_data: Mapping[str, object], key: str, *, context: CallContext
    ) -> ActionResult:
        """Take the file away; one that is gone already is as good."""
        path = self._path(incident)
        await _on_disk(path.unlink, missing_ok=True)
        return ActionResult(f"removed {path}", {"path": str(path)})

    def _path(self, incident: Incident) -> Path:
        return self._folder / f"{quote(incident.id, safe='')[:200] or 'incident'}.json"


async def _on_disk(work: Callable[..., None], *given: object, **options: object) -> None:
    """Run file work beside the event loop; a disk that refuses will refuse again."""
    try:
        await asyncio.to_thread(work, *given, **options)
    except OSError as error:
        message = f"the evidence cannot be kept: {error.strerror}"
        raise DeliveryError(message, retry=False) from error


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{token_hex(4)}.part")  # a second run at once has its own
    half.write_text(text, encoding="utf-8")
    half.replace(path)


def _plain(value: object) -> object:
    """The value as JSON has it."""
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value
