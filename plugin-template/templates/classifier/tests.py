import pytest
from incident_hub_hookspecs import Classification, Incident, IncidentType, Severity
from incident_hub_hookspecs.testing import an_incident, call_context

from {{ cookiecutter.__package }} import Settings, WordClassifier
from {{ cookiecutter.__package }}.classifier import Rule


async def classify(incident: Incident, *rules: Rule) -> Classification | None:
    classifier = WordClassifier(Settings(rules) if rules else Settings())
    (found,) = await classifier.classify([incident], call_context())
    return found


@pytest.mark.parametrize(
    ("title", "severity", "kind"),
    [
        ("Tenant data LEAKED by kestrel", Severity.P1, IncidentType.SECURITY),
        ("The gateway is down", Severity.P1, IncidentType.AVAILABILITY),
        ("Answers are too slow", Severity.P3, IncidentType.PERFORMANCE),
    ],
)
async def test_words_in_a_title_say_how_bad_and_of_what_kind(
    title: str, severity: Severity, kind: IncidentType
) -> None:
    found = await classify(an_incident(title=title))
    assert found
    assert (found.severity, found.type, found.confidence) == (severity, kind, 0.8)


async def test_a_description_makes_less_sure_and_the_reason_says_where_the_word_was() -> None:
    found = await classify(an_incident(title="Trouble", description="looks like an outage"))
    assert found
    assert (found.confidence, found.reasons) == (0.6, ("description says 'outage'",))


async def test_a_part_of_a_word_is_no_word() -> None:
    assert await classify(an_incident(title="Outages", description="timeouts")) is None


async def test_own_rules_replace_the_built_in_ones_and_may_leave_the_type_open() -> None:
    own = Rule(("nightly run",), "P4")
    found = await classify(an_incident(title="outage of the nightly run"), own)
    assert found
    assert (found.severity, found.type) == (Severity.P4, None)
