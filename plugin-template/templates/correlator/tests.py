from collections.abc import Sequence

from incident_hub_hookspecs import Incident, Link, LlmIdentity
from incident_hub_hookspecs.testing import an_incident, call_context

from {{ cookiecutter.__package }} import Settings, SharedCorrelator


async def links(incident: Incident, *candidates: Incident) -> Sequence[Link]:
    correlator = SharedCorrelator(Settings())
    (found,) = await correlator.correlate([incident], [candidates], call_context())
    return found


async def test_each_value_in_common_makes_a_link_surer_and_is_named() -> None:
    answers = LlmIdentity(deployment="answers")
    new = an_incident(id="new", labels={"trace_id": "t1", "release": "42"}, llm=answers)
    one = an_incident(id="one", labels={"trace_id": "t1"}, llm=LlmIdentity())
    two = an_incident(id="two", labels={"release": "42", "trace_id": "t2"}, llm=answers)
    weak, strong = await links(new, one, two)
    assert (weak.other_id, weak.reason, weak.score) == ("one", "same trace_id", 0.6)
    assert (strong.other_id, strong.reason, strong.score) == ("two", "same release, deployment", 0.84)


async def test_empty_values_and_other_labels_link_nothing() -> None:
    new = an_incident(id="new", labels={"trace_id": "", "color": "red"}, llm=LlmIdentity())
    other = an_incident(id="old", labels={"trace_id": "", "color": "red"}, llm=LlmIdentity())
    assert await links(new, other) == []


async def test_an_incident_is_not_linked_to_itself() -> None:
    new = an_incident(id="new", labels={"trace_id": "t1"})
    assert await links(new, new) == []
