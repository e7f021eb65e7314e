"""Well-behaved plugins of every kind pass the kit whole; the kit's fakes are such plugins."""
# ruff: noqa: ARG002 - the contract's words

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from incident_hub_hookspecs import (
    ActionRequest,
    ActionResult,
    BlastRadius,
    CallContext,
    Decision,
    Directory,
    Incident,
    LlmClient,
    LlmKind,
    Person,
    PlaybookAction,
    PluginContext,
    Service,
    Shift,
    Team,
    TimelineEvent,
    Verdict,
    hookimpl,
    setting,
)
from incident_hub_hookspecs.outgoing import answer_error
from incident_hub_hookspecs.testing import (
    FakeEdgeAgent,
    FakeGovernance,
    FakeSentinel,
    FakeShield,
    KnownDirectory,
)
from incident_hub_hookspecs.testing.conformance import (
    ActionConformance,
    AuthorizationConformance,
    DirectoryConformance,
    EdgeAgentConformance,
    EventSinkConformance,
    GovernanceConformance,
    SentinelConformance,
    ShieldConformance,
)

ANN = Person("ann", "Ann", "ann@x.example", contacts={"email": "ann@x.example"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the plugin below wants to know."""

    url: str = setting("Where the switch is.", default="https://switch.example")
    token: str = setting("What to show there.", default="", secret=True)


class Switch(PlaybookAction):
    """Turns something off, and on again."""

    idempotent = True
    blast_radius = BlastRadius.SERVICE

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def run(
        self,
        incident: Incident,
        params: Mapping[str, object],
        key: str,
        *,
        dry_run: bool,
        context: CallContext,
    ) -> ActionResult:
        """Off."""
        if not dry_run:
            await self._put("off", key, context)
        return ActionResult("off", {"state": "off"}, {} if dry_run else {"state": "on"})

    async def undo(
        self, incident: Incident, undo_data: Mapping[str, object], key: str, *, context: CallContext
    ) -> ActionResult:
        """As it was."""
        await self._put(str(undo_data["state"]), key, context)
        return ActionResult("on")

    async def _put(self, state: str, key: str, context: CallContext) -> None:
        headers = {"idempotency-key": key, "authorization": self._settings.token}
        answer = await context.http.request(
            "PUT", self._settings.url, headers=headers, body=state.encode(), timeout=context.deadline_seconds
        )
        if answer.status != 200:
            raise answer_error(answer, "switch.example", context.plugin.clock.now())


class Everything:
    """One plugin of many kinds, with a lifespan that its event sink needs."""

    def __init__(self) -> None:
        self.heard: dict[int, TimelineEvent] | None = None

    @hookimpl
    def register_config(self) -> type[Settings]:
        return Settings

    @hookimpl
    def register_llm_clients(self) -> Sequence[LlmClient]:
        return [
            LlmClient(LlmKind.SENTINEL, FakeSentinel()),
            LlmClient(LlmKind.SHIELD, FakeShield()),
            LlmClient(LlmKind.EDGE_AGENT, FakeEdgeAgent()),
            LlmClient(LlmKind.GOVERNANCE, FakeGovernance()),
        ]

    @hookimpl
    def register_playbook_actions(self, context: PluginContext[Settings]) -> Sequence[PlaybookAction]:
        return [Switch(context.config)]

    @hookimpl
    def register_directories(self) -> Sequence[Directory]:
        shifts = {"night": [Shift(ANN, "night")]}
        return [
            KnownDirectory(people=[ANN], teams=[Team("a")], services=[Service("chat", tier=1)], shifts=shifts)
        ]

    @hookimpl
    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        self.heard = {}
        yield
        self.heard = None

    @hookimpl
    async def authorize_action(self, request: ActionRequest, context: CallContext) -> Verdict:
        await asyncio.sleep(0)
        if request.blast_radius is BlastRadius.SYSTEM:
            return Verdict(Decision.NEEDS_APPROVAL, "it can break everything")
        return Verdict(Decision.ALLOW)

    @hookimpl
    async def on_event(self, events: Sequence[TimelineEvent]) -> None:
        assert self.heard is not None
        self.heard |= {event.cursor: event for event in events}


class OfEverything:
    """Each class below is about that plugin."""

    @pytest.fixture
    def plugin(self) -> object:
        return Everything()


class TestSwitch(OfEverything, ActionConformance):
    """An action that can be undone."""


class TestFakeSentinel(OfEverything, SentinelConformance):
    """The kit's fake."""


class TestFakeShield(OfEverything, ShieldConformance):
    """The kit's fake."""


class TestFakeEdgeAgent(OfEverything, EdgeAgentConformance):
    """The kit's fake."""


class TestFakeGovernance(OfEverything, GovernanceConformance):
    """The kit's fake."""


class TestAuthorization(OfEverything, AuthorizationConformance):
    """A hook that is `async def`."""


class TestEventSink(OfEverything, EventSinkConformance):
    """A sink that works within its lifespan only."""


class TestKnownDirectory(OfEverything, DirectoryConformance):
    """The kit's directory."""

    @pytest.fixture
    def known(self) -> dict[str, Any]:
        return {"person": "ann", "team": "a", "service": "chat", "schedule": "night"}
