"""Clients of the services of an LLM platform: what the four have in common."""

from typing import Any, ClassVar

import pytest

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.llm import LlmClient, LlmKind, Provenance
from incident_hub_hookspecs.records import Incident
from incident_hub_hookspecs.testing.builders import incidents
from incident_hub_hookspecs.testing.conformance.calls import CallConformance
from incident_hub_hookspecs.testing.conformance.checks import a_text, hold, instance, snapshot
from incident_hub_hookspecs.testing.conformance.stage import Stage
from incident_hub_hookspecs.testing.hostile import empty_incident, hostile_incidents, huge_incident
from incident_hub_hookspecs.testing.registering import implementation

__all__ = ["LlmClientConformance", "check_provenance"]

ODD = [empty_incident(), huge_incident(), *hostile_incidents()]
_ENGINES = ("live", "contract", "local")


class LlmClientConformance(CallConformance):
    """For a plugin with `register_llm_clients`: derive from the class of each service that it brings.

    A client that asks a live service overrides `http` to script what the service answers.
    """

    kind: ClassVar[LlmKind]
    protocol: ClassVar[type[Any]]

    @pytest.fixture
    def client(self, plugin: object, stage: Stage) -> Any:
        """The client under test."""
        call = implementation(plugin, "register_llm_clients")
        hold(call, "the plugin does not implement `register_llm_clients`")
        given: list[LlmClient] = call(context=stage.registration)  # type: ignore[misc]
        found = [one.client for one in given if one.kind is self.kind]
        hold(len(found) == 1, f"the plugin brings {len(found)} clients of {self.kind.value}")
        return found[0]

    @pytest.fixture
    def subject(self, client: Any) -> Any:
        """What is called."""
        return client

    async def questions(self, client: Any, context: CallContext, incident: Incident) -> dict[str, Any]:
        """One question of each kind about the incident, and the answers by method."""
        raise NotImplementedError

    async def ask(self, subject: Any, context: CallContext, number: int = 0) -> Any:
        """About an ordinary incident."""
        return await self.questions(subject, context, incidents(number + 1)[number])

    def test_it_speaks_its_protocol(self, client: Any) -> None:
        """Every method is there."""
        instance(client, self.protocol, f"the client of {self.kind.value}")

    @pytest.mark.parametrize("incident", ODD, ids=lambda one: one.id)
    def test_any_incident_is_survived(self, client: Any, stage: Stage, incident: Incident) -> None:
        """Empty, huge or hostile: the text is what is asked about, never what is obeyed."""
        before = snapshot(incident)
        answers = stage.run(lambda: self.questions(client, stage.context, incident))
        self.check(answers)
        hold(snapshot(incident) == before, "the incident was changed")
        stage.watch.look("an answer", repr(answers))


def check_provenance(provenance: object, where: str) -> None:
    """Who answered, and whether that is the service itself."""
    one = instance(provenance, Provenance, f"{where}.provenance")
    hold(one.plugin, f"{where}.provenance: names no plugin")
    hold(one.engine in _ENGINES, f"{where}.provenance: {one.engine!r} is none of {', '.join(_ENGINES)}")
    a_text(one.detail, f"{where}.provenance.detail")
