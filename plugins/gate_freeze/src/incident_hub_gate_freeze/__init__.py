"""Change freezes: says which actions may run, by the time and by how much they can break."""

from collections.abc import Iterator
from datetime import datetime
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from incident_hub_hookspecs import ActionRequest, CallContext, Decision, PluginContext, Verdict, hookimpl

from incident_hub_gate_freeze.settings import RADII, Settings, Window
from incident_hub_gate_freeze.windows import frozen_until

__all__ = ["FreezePlugin", "Settings", "Window", "plugin"]

ALLOW = Verdict(Decision.ALLOW)
_STRICTNESS = tuple(Decision)


class FreezePlugin:
    """Asked before each action; keeps nothing, so a changed configuration counts from the next question on."""

    @hookimpl
    def register_config(self) -> type[Settings]:
        """The windows, and what is free of them."""
        return Settings

    @hookimpl
    def reconfigure(self, context: PluginContext[Settings]) -> None:
        """Nothing is kept of the settings: each question is answered as its context says."""

    @hookimpl
    async def authorize_action(self, request: ActionRequest, context: CallContext) -> Verdict:
        """The strictest of what the windows and the blast radius say; a dry run changes nothing."""
        settings: Settings = context.plugin.config
        free = any(fnmatchcase(request.action, pattern) for pattern in settings.allow_actions)
        if request.dry_run or free:
            return ALLOW
        now = context.plugin.clock.now()
        verdicts = [*_of_windows(request, settings, now), *_of_radius(request, settings)]
        return max(verdicts, key=lambda one: _STRICTNESS.index(one.decision), default=ALLOW)


def _of_windows(request: ActionRequest, settings: Settings, now: datetime) -> Iterator[Verdict]:
    local = now.astimezone(ZoneInfo(settings.time_zone)).replace(tzinfo=None)
    for window in settings.windows:
        until = frozen_until(window, local)
        if until is not None and _concerns(window, request):
            reason = f"change freeze ({window.reason}) until {until:%Y-%m-%d %H:%M} {settings.time_zone}"
            yield Verdict(Decision(window.decision), reason)


def _of_radius(request: ActionRequest, settings: Settings) -> Iterator[Verdict]:
    least = settings.approval_blast_radius
    if least and _reaches(request, least):
        reason = (
            f"it can break as much as: {request.blast_radius.value}; from {least} on an approval is needed"
        )
        yield Verdict(Decision.NEEDS_APPROVAL, reason)


def _concerns(window: Window, request: ActionRequest) -> bool:
    return (
        _reaches(request, window.min_blast_radius)
        and request.incident.severity.value not in window.except_severities
    )


def _reaches(request: ActionRequest, least: str) -> bool:
    return RADII.index(request.blast_radius.value) >= RADII.index(least)


plugin = FreezePlugin()
