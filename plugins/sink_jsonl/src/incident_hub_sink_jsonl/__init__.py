"""Appends every event of the timeline to a file, one JSON line each."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from threading import Lock
from typing import Any

from incident_hub_hookspecs import CallContext, DeliveryError, PluginContext, TimelineEvent, hookimpl

from incident_hub_sink_jsonl.file import append
from incident_hub_sink_jsonl.settings import Settings

__all__ = ["JsonLinesPlugin", "Settings", "plugin"]


class JsonLinesPlugin:
    """Hears of events when it has a file to write them to."""

    def __init__(self) -> None:
        self._one_at_a_time = Lock()  # a call that went over its deadline may still be writing

    @hookimpl
    def register_config(self) -> type[Settings]:
        """Which file."""
        return Settings

    @hookimpl
    def reconfigure(self, context: PluginContext[Settings]) -> None:
        """Nothing is kept of the settings: each batch is written as its context says."""

    @hookimpl
    def on_event(self, events: Sequence[TimelineEvent], context: CallContext) -> bool | None:
        """Append; what is told twice, after a crash, stands there twice under one cursor."""
        settings, report = context.plugin.config, context.plugin.report
        if not settings.path:
            return False
        try:
            with self._one_at_a_time:
                append(settings, list(map(_line, events)))
        except OSError as error:
            report(f"{settings.path}: {error.strerror}; events wait until it can be written")
            raise DeliveryError(f"cannot append to {settings.path}: {error.strerror}") from error
        report("")
        return None


def _line(event: TimelineEvent) -> bytes:
    """ASCII only: whatever text an event holds, every program can read it."""
    told: dict[str, Any] = {**asdict(event), "at": event.at.isoformat(), "data": dict(event.data)}
    return json.dumps(told, separators=(",", ":"), default=str).encode() + b"\n"


plugin = JsonLinesPlugin()
