"""`context.incidents`: what a plugin does for a person, in a real hub."""

from typing import Any

import pytest
from incident_hub.lifecycle import IncidentDraft
from incident_hub_hookspecs import (
    IncidentError,
    IncidentState,
    PluginContext,
    PluginError,
    Severity,
    hookimpl,
)
from incident_hub_hookspecs.changing import Incidents, NoIncidents

Hubs = Any  # of the hub's fixtures


class Buttons:
    """Keeps what it is handed."""

    context: PluginContext[Any]

    @hookimpl
    def register_notifiers(self, context: PluginContext[Any]) -> list[Any]:
        self.context = context
        return []


@pytest.fixture
async def made(hub_with: Hubs) -> tuple[Incidents, str]:
    plugin = Buttons()
    running = await hub_with(("buttons", plugin))
    draft = IncidentDraft("slow answers", severity=Severity.P2)
    row = await running.hub.lifecycle.create(draft, "ann")
    return plugin.context.incidents, row["id"]


async def test_people_act_through_a_plugin_under_its_name(made: tuple[Incidents, str]) -> None:
    incidents, id_ = made
    found = await incidents.acknowledge(id_, "ann", note="mine")
    assert (found.state, found.acknowledged_by) == (IncidentState.INVESTIGATING, "buttons:ann")
    assert (await incidents.comment(id_, "ann", text="looking")).version >= found.version
    found = await incidents.resolve(id_, "ann", notes="restarted")
    assert (found.state, found.resolution_notes) == (IncidentState.RESOLVED, "restarted")


async def test_escalate_is_one_step_a_key_up_to_p0(made: tuple[Incidents, str]) -> None:
    incidents, id_ = made
    for _ in range(2):
        found = await incidents.escalate(id_, "ann", reason="it spreads", key="click-1")
        assert (found.severity, found.escalation_level) == (Severity.P1, 1)
    assert (await incidents.escalate(id_, "ann", reason="more", key="click-2")).severity is Severity.P0
    with pytest.raises(IncidentError, match="P0 already") as caught:
        await incidents.escalate(id_, "ann", reason="more")
    assert caught.value.code == "VALIDATION_ERROR"


async def test_refusals_have_a_code(made: tuple[Incidents, str]) -> None:
    incidents, id_ = made
    await incidents.resolve(id_, "ann")
    for act, code in [
        (incidents.resolve(id_, "ann"), "INVALID_STATE_TRANSITION"),
        (incidents.resolve("0199aaaa-0000-7000-8000-00000000dead", "ann"), "NOT_FOUND"),
        (incidents.comment(id_, "", text="x"), "VALIDATION_ERROR"),
        (incidents.comment(id_, "ann", text=""), "VALIDATION_ERROR"),
    ]:
        with pytest.raises(IncidentError) as caught:
            await act
        assert caught.value.code == code


async def test_elsewhere_it_is_refused_in_words() -> None:
    nowhere: Incidents = NoIncidents()
    for act in (
        nowhere.acknowledge("i", "ann"), nowhere.resolve("i", "ann"),
        nowhere.escalate("i", "ann", reason="r"), nowhere.comment("i", "ann", text="t"),
    ):  # fmt: skip
        with pytest.raises(PluginError, match="in_process"):
            await act
