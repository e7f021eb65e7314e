import pytest
from incident_hub_hookspecs import Severity
from incident_hub_hookspecs.llm import AnomalyAnalysis
from incident_hub_hookspecs.testing import KnownIncidents, an_incident, call_context

from {{ cookiecutter.__package }} import LocalSentinel, Settings

SENTINEL = LocalSentinel("{{ cookiecutter.__plugin }}", Settings())
CALM = [10.0, 11.0, 9.0, 10.0, 12.0, 10.0, 9.0, 11.0, 10.0]
PAST = [an_incident(id=f"old{n}", severity=Severity.P1, count=n % 3 + 1) for n in range(9)]


async def judge(*values: float) -> AnomalyAnalysis:
    return (await SENTINEL.detect({"latency": values}, call_context()))["latency"]


@pytest.mark.parametrize(("last", "kind"), [(90.0, "spike"), (-70.0, "drop")])
async def test_a_value_far_from_the_median_is_out_of_the_ordinary(last: float, kind: str) -> None:
    found = await judge(*CALM, last)
    assert (found.is_anomalous, found.anomaly_type) == (True, kind)
    assert found.recommended_severity is Severity.P2
    assert (found.provenance.plugin, found.provenance.engine) == ("{{ cookiecutter.__plugin }}", "local")


async def test_a_value_like_those_before_is_ordinary_even_after_one_wild_one() -> None:
    found = await judge(*CALM, 900.0, *CALM, 12.0)
    assert (found.is_anomalous, found.anomaly_type) == (False, "")
    assert found.confidence > 0.5


async def test_values_that_never_changed_make_any_change_stand_out() -> None:
    assert not (await judge(*[5.0] * 10)).is_anomalous
    assert (await judge(*[5.0] * 10, 6.0)).is_anomalous


@pytest.mark.parametrize("values", [(), (1.0, 90.0), (*CALM, float("nan"))])
async def test_too_little_to_judge_by_is_said_and_not_guessed(values: tuple[float, ...]) -> None:
    found = await judge(*values)
    assert (found.is_anomalous, found.confidence) == (False, 0.0)


async def test_an_incident_with_many_more_alerts_than_its_past_stands_out() -> None:
    context = call_context(lookup=KnownIncidents(PAST))
    assert not (await SENTINEL.analyze_anomaly(an_incident(id="new", count=2), context)).is_anomalous
    assert (await SENTINEL.analyze_anomaly(an_incident(id="new", count=70), context)).is_anomalous


async def test_severity_is_what_its_kind_mostly_was() -> None:
    context = call_context(lookup=KnownIncidents(PAST))
    new = an_incident(id="new", severity=Severity.P3)
    found = await SENTINEL.predict_severity(new, context)
    assert (found.severity, found.confidence) == (Severity.P1, 0.9)
    assert found.alternatives == ((Severity.P3, 0.1),)
