from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from incident_hub_classifier_rules import plugin
from incident_hub_hookspecs import (
    Classification,
    ConfigError,
    Incident,
    IncidentState,
    IncidentType,
    Severity,
)  # fmt: skip
from incident_hub_hookspecs.testing import plugin_context

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def incident(title: str, description: str = "", **labels: str) -> Incident:
    return Incident(
        "i", title, "s", Severity.P3, IncidentState.DETECTED, IncidentType.UNKNOWN, "f", NOW, NOW, NOW,
        description=description, labels=labels,
    )  # fmt: skip


async def classify(*incidents: Incident, **config: object) -> list[Classification | None]:
    context = plugin_context("classifier_rules", config)
    (classifier,) = plugin.register_classifiers(context)
    return list(await classifier.classify(incidents, SimpleNamespace()))


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
    rules = [{"any": ["Checkout", "größe-x"], "type": "security", "severity": "P0", "confidence": 1}]
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
async def test_wrong_configuration_names_its_key(rule: object, path: str) -> None:
    with pytest.raises(ConfigError) as caught:
        await classify(rules=[rule])
    assert caught.value.path == path
