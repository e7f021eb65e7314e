"""Asking the plugins with `authorize_action` whether an action may run; the strictest verdict counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from incident_hub_hookspecs import (
    ActionRequest,
    BlastRadius,
    Decision,
    Incident,
    PlaybookAction,
    Verdict,
)

from incident_hub.host.dispatch import Call, Outcome
from incident_hub.host.read_only import read_only
from incident_hub.host.status import PluginRecord, PluginStatus
from incident_hub.triage.checks import clean
from incident_hub.triage.findings import error_text
from incident_hub.triage.services import Services

__all__ = ["HOOK", "Ruling", "ask", "request_of"]

HOOK = "authorize_action"
_STRICTNESS = tuple(Decision)  # from the mildest to the strictest
_BROKEN = (PluginStatus.FAILED, PluginStatus.MISCONFIGURED)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the plugins said together: the strictest decision, and everybody's verdict by name."""

    verdicts: Mapping[str, Verdict]

    @property
    def decision(self) -> Decision:
        """Allowed unless somebody says otherwise."""
        said = (one.decision for one in self.verdicts.values())
        return max(said, key=_STRICTNESS.index, default=Decision.ALLOW)

    @property
    def reason(self) -> str:
        """Why, in the words of those whose decision it is."""
        return "; ".join(
            f"{name}: {one.reason}" for name, one in self.verdicts.items() if one.decision is self.decision
        )

    def told(self) -> dict[str, object]:
        """As an event says it."""
        verdicts = [
            {"plugin": name, "decision": one.decision.value, "reason": one.reason}
            for name, one in self.verdicts.items()
        ]
        return {"reason": self.reason, "verdicts": verdicts}


async def ask(request: ActionRequest, services: Services) -> Ruling:
    """Ask all of them together. Who fails, or does not answer in time, denies; so does one that is broken."""
    hooks = services.registry.hooks.get(HOOK, {})
    deadline = services.config.actions.authorize_seconds
    calls = [
        Call(name, hook, kwargs={
            "request": request, "context": services.context(name, deadline, request.incident.id), "circuit": HOOK,
        })
        for name, hook in hooks.items()
    ]  # fmt: skip
    outcomes = await services.dispatcher.gather(calls, deadline)
    verdicts = {outcome.plugin: _verdict(outcome) for outcome in outcomes}
    for record in services.registry.records.values():
        if record.status in _BROKEN and HOOK in record.hooks:
            verdicts[record.name] = _of_broken(record)
    return Ruling(dict(sorted(verdicts.items())))


def request_of(one: Incident, name: str, action: PlaybookAction, payload: Mapping[str, Any]) -> ActionRequest:
    """What they are asked."""
    return ActionRequest(
        incident=one,
        action=name,
        params=read_only(payload.get("params") or {}),
        actor=str(payload.get("actor") or "hub:action"),
        blast_radius=_radius(action),
        dry_run=bool(payload.get("dry_run")),
    )


def _verdict(outcome: Outcome[Any]) -> Verdict:
    if outcome.error is not None:
        return Verdict(Decision.DENY, error_text(outcome.error))
    said = outcome.value
    if not isinstance(said, Verdict) or not isinstance(said.decision, Decision):
        return Verdict(Decision.DENY, f"it answered with {type(said).__name__}, not with a Verdict")
    return Verdict(said.decision, clean(str(said.reason)))


def _of_broken(record: PluginRecord) -> Verdict:
    """It was installed to say no to something, and nobody can tell to what."""
    return Verdict(Decision.DENY, clean(f"the plugin is {record.status}, {record.reason}"))


def _radius(action: PlaybookAction) -> BlastRadius:
    """What the action says of itself; when that is nothing sensible, the worst."""
    try:
        return BlastRadius(action.blast_radius)
    except Exception:  # the boundary: a property may raise anything
        return BlastRadius.SYSTEM
