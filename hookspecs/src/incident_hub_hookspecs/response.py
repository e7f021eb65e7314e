"""Response: how plugins reach people and change things. Called by durable intents, so perhaps again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.records import Incident

__all__ = ["ActionResult", "Notification", "Notifier", "PlaybookAction", "Receipt"]


@dataclass(frozen=True, slots=True)
class Notification:
    """Something a receiver shall hear. `key` is the same each time this one is sent again."""

    key: str
    event: str
    incident: Incident
    target: Mapping[str, object]
    text: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof that a notification arrived; `provider_id` is the target's own name for it."""

    provider_id: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What an action did, or, in a dry run, what it would do. `output` is JSON."""

    summary: str
    output: Mapping[str, object] = field(default_factory=dict)


@runtime_checkable
class Notifier(Protocol):
    """Delivers to one kind of channel."""

    async def send(self, notification: Notification, context: CallContext) -> Receipt:
        """Deliver, or raise `DeliveryError`; the hub retries with backoff under the same key."""


@runtime_checkable
class PlaybookAction(Protocol):
    """One thing a playbook can do. `idempotent` says whether running it twice is harmless."""

    idempotent: bool

    async def run(
        self,
        incident: Incident,
        params: Mapping[str, object],
        key: str,
        *,
        dry_run: bool,
        context: CallContext,
    ) -> ActionResult:
        """Do it, or in a dry run say what it would do; raise `DeliveryError` when it failed."""
