"""Response: how plugins reach people and change things. Called by durable intents, so perhaps again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.records import Incident

__all__ = [
    "ActionRequest",
    "ActionResult",
    "BlastRadius",
    "Decision",
    "Notification",
    "Notifier",
    "PlaybookAction",
    "Receipt",
    "Undoable",
    "Verdict",
]


@dataclass(frozen=True, slots=True)
class Notification:
    """Something a receiver shall hear. `key` is the same each time this one is sent again.

    `target` holds what `notify.channels.<plugin>` says for all, and over it either the options of a target in
    `notify.targets`, or a person's address as `to`. So `to` is where it goes, on every channel, and comes
    before whatever else the notifier reads an address from: a mail address, a phone number, a user or channel
    of a chat, a webhook's URL, a routing key.

    `text` is one line for people. With `others` it is about several incidents, of which `incident` is the worst;
    only a notifier that has a true `takes_groups` gets those.
    """

    key: str
    event: str
    incident: Incident
    target: Mapping[str, object]
    text: str
    others: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof that a notification arrived; `provider_id` is the target's own name for it."""

    provider_id: str = ""
    detail: str = ""


class BlastRadius(StrEnum):
    """How much an action can break at most, from nothing outside the hub to everything."""

    NONE = "none"
    INCIDENT = "incident"
    SERVICE = "service"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What an action did, or, in a dry run, what it would do. `output` is JSON.

    `undo_data` is what `Undoable.undo` needs to take the action back; the hub keeps it with the run.
    """

    summary: str
    output: Mapping[str, object] = field(default_factory=dict)
    undo_data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """An action that somebody wants to run. `action` is its full name, `params` are as they will be given.

    `actor` is a person, or `hub:<part>` when nobody asked.
    """

    incident: Incident
    action: str
    params: Mapping[str, object]
    actor: str
    blast_radius: BlastRadius
    dry_run: bool


class Decision(StrEnum):
    """What an authorising plugin says, from the mildest to the strictest."""

    ALLOW = "allow"
    NEEDS_APPROVAL = "needs_approval"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision and its reason, which people read."""

    decision: Decision
    reason: str = ""


@runtime_checkable
class Notifier(Protocol):
    """Delivers to one kind of channel."""

    async def send(self, notification: Notification, context: CallContext) -> Receipt:
        """Deliver, or raise `DeliveryError`; the hub retries with backoff under the same key."""


@runtime_checkable
class PlaybookAction(Protocol):
    """One thing a playbook can do.

    `name` is empty for the plugin's one action, whose full name is the plugin's; of several, each has a
    name in [a-z0-9_] and the full name `<plugin>.<name>`. `params` are checked against the dataclass
    `parameters` (see `settings`) unless that is None. A class that derives from this one inherits the
    defaults: no name, the blast radius of a service, parameters that are not checked.
    """

    @property
    def name(self) -> str:
        """What tells the plugin's actions apart."""
        return ""

    @property
    def idempotent(self) -> bool:
        """Whether running it twice under one key is harmless."""

    @property
    def blast_radius(self) -> BlastRadius:
        """How much it can break at most."""
        return BlastRadius.SERVICE

    @property
    def parameters(self) -> type[Any] | None:
        """The dataclass of its parameters."""
        return None

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


@runtime_checkable
class Undoable(Protocol):
    """A playbook action that can be taken back has this method too."""

    async def undo(
        self, incident: Incident, undo_data: Mapping[str, object], key: str, *, context: CallContext
    ) -> ActionResult:
        """Take back what the run with this `undo_data` did; raise `DeliveryError` when that failed."""
