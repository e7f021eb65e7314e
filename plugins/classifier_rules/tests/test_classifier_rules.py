from collections.abc import Callable

import pytest
from incident_hub_classifier_rules import OwnRule, Settings, plugin
from incident_hub_hookspecs import Classification, ConfigError, Incident, IncidentType, Severity
from incident_hub_hookspecs.testing import an_incident, call_context, plugin_context


def incident(title: str, description: str = "", **labels: str) -> Incident:
    return an_incident(title=title, description=description, labels=labels)


async def classify(*incidents: Incident, rules: tuple[OwnRule, ...] = ()) -> list[Classification | None]:
    context = plugin_context("classifier_rules", Settings(rules))
    (classifier,) = plugin.register_classifiers(context)
    return list(await classifier.classify(incidents, call_context(context)))


@pytest.mark.parametrize(
    ("title", "kind", "severity"),
    [("Prompt-Injection seen", "security", "P1"), ("PII in answer", "compliance", "P2"),
     ("Guardrails triggered", "security", None), ("OpenAI provider outage", "availability", "P1"),
     ("Too many requests", "availability", "P2"), ("Budget exceeded", "application", "P2"),
     ("Hallucination rate up", "application", None), ("embedding_drift high", "data", None),
     ("qdrant is slow", "data", None), ("Pod OOMKilled", "infrastructure", None),
     ("TTFT above 2 s", "performance", None)],
)  # fmt: skip
async def test_each_signal_has_its_kind(title: str, kind: str, severity: str | None) -> None:
    (answer,) = await classify(incident(title))
    assert answer
    assert (answer.type, answer.severity) == (kind, severity)
    assert 0 < answer.confidence <= 1
    assert answer.reasons


async def test_no_signal_is_no_opinion_and_answers_keep_their_order() -> None:
    answers = await classify(
        incident("Hello"), incident("x", "request timed out"), incident("oompa phase latencyx")
    )
    assert [answer and answer.type for answer in answers] == [None, IncidentType.PERFORMANCE, None]


async def test_the_first_word_of_a_phrase_alone_is_no_signal() -> None:
    assert await classify(incident("Time to review data and rate of API cost")) == [None]


async def test_labels_are_read_with_their_names() -> None:
    (answer,) = await classify(incident("Errors", status_code="429"))
    assert answer
    assert answer.reasons == ('rate limit: "status code 429" means availability P2',)


async def test_the_earlier_rule_wins_and_more_phrases_mean_more_confidence() -> None:
    few, many = await classify(incident("latency after a jailbreak"), incident("jailbreak and data leak"))
    assert few
    assert many
    assert few.type is IncidentType.SECURITY
    assert many.confidence > few.confidence


async def test_configured_rules_come_first() -> None:
    rules = (OwnRule(("Checkout", "größe-x"), type="security", severity="P0", confidence=1),)
    for title in ("checkout latency", "Größe X"):
        (answer,) = await classify(incident(title), rules=rules)
        assert answer
        assert (answer.severity, answer.confidence) == (Severity.P0, 1.0)


@pytest.mark.parametrize(
    ("rule", "path"),
    [({"any": [], "type": "data"}, "rules[0].any"), ({"any": ["!"], "type": "data"}, "rules[0].any"),
     ({"any": ["x"]}, "rules[0]"), ({"any": ["x"], "type": "odd"}, "rules[0].type"), ("x", "rules[0]"),
     ({"any": ["x"], "severity": "P7"}, "rules[0].severity"), ({"any": ["x"], "of": 1}, "rules[0].of"),
     ({"any": ["x"], "type": "data", "confidence": 2}, "rules[0].confidence")],
)  # fmt: skip
def test_wrong_configuration_names_its_key(
    settings_of: Callable[..., Settings], rule: object, path: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_of(plugin, rules=[rule])
    assert caught.value.path == path
