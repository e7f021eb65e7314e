"""Conditions say whether they hold, what is wrong with them and where; none runs for long or grows."""

import resource
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from incident_hub.domain.conditions import (
    VARIABLES,
    ConditionContext,
    ConditionError,
    GroupFacts,
    Said,
    compile_condition,
)
from incident_hub_hookspecs import Incident, IncidentState, IncidentType, LlmIdentity, Service, Severity

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)  # a Friday
BURNING = Incident(
    "i1", "Latency of gpt-x", "alertmanager", Severity.P1, IncidentState.TRIAGED, IncidentType.PERFORMANCE, "f",
    NOON - timedelta(minutes=20), NOON - timedelta(minutes=30), NOON, count=7, description="slow " * 1000,
    resources=("gateway",), labels={"team": "chat", "k8s.io/zone": "a"},
    llm=LlmIdentity(provider="openai", model="gpt-x"), group_id="g1",
)  # fmt: skip
CONTEXT = ConditionContext(
    BURNING,
    NOON,
    [Said("classifier_rules", "classify", {"severity": "P1", "reasons": ["late"], "big": 1 << 80}, 0.75)],
    GroupFacts("g1", "Provider down", 4, "i0"),
    Service("chat", "Chat", "team-chat", 1, labels={"lang": "go"}),
)


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("true", True),
        ("incident.severity <= 'P1' && incident.llm.model == 'gpt-x'", True),
        ("incident.severity == 'P0' || 'gateway' in incident.resources", True),
        ("has(incident.labels.team) && incident.labels['k8s.io/zone'] == 'a'", True),
        ("now - incident.created_at > duration('15m') && now - incident.first_seen < duration('1h')", True),
        ("now.getHours('America/New_York') == 7 && now.getDayOfWeek() == 5", True),
        ("findings.exists(f, f.plugin == 'classifier_rules' && f.confidence > 0.7)", True),
        ("findings.exists(f, f.value.severity == 'P1' && 'late' in f.value.reasons)", True),
        ("group.size > 3 && !group.primary && service.tier == 1 && service.team.startsWith('team-')", True),
        ("incident.title.matches('(?i)LATENCY .*x$')", True),
        ("incident.acknowledged", False),
        ("incident.state in ['resolved', 'closed']", False),
    ],
)
def test_a_condition_reads_the_incident_and_what_is_known_around_it(source: str, holds: bool) -> None:
    assert compile_condition(source).ask(CONTEXT) == (holds, "")


def test_every_documented_variable_can_be_read_and_is_of_its_type() -> None:
    kinds = {"string": "''", "int": "0", "bool": "false", "timestamp": "now"}
    for one in VARIABLES:
        source = f"{one.name} == {kinds[one.type]} || true" if one.type in kinds else f"size({one.name}) >= 0"
        assert compile_condition(source).ask(CONTEXT) == (True, ""), one.name
    assert set(CONTEXT.values) == {one.name for one in VARIABLES}


@pytest.mark.parametrize(
    ("source", "line", "column", "problem"),
    [
        ("incident.severty == 'P0'", 1, 9, "incident.severty"),
        ("true &&\n incident.count == 'x'", 2, 17, "no matching overload"),
        ("incident.severity ==", 1, 21, "Syntax error"),
        ("incident.title", 1, 1, "true or false"),
        ("['a'].exists(x, x == incident.title)", 1, 7, "over anything but"),
        ("[[1]] [0] . exists (x, x == 1)", 1, 13, "over anything but"),
        ("incident.resources.exists(r, incident.assignees.exists(a, a == r))", 1, 49, "inside another loop"),
        (r"r'\'.size() > 0 && [r'\'].exists(x, x == '')", 1, 27, "over anything but"),
        ("incident.title.matches(incident.labels.p)", 1, 16, "not spelt out"),
        ("incident.title.matches(r'(a{9}b{9}){9}c{9}')", 1, 24, "this large"),
        (r"incident.title.matches('a\x7b999}')", 1, 24, "write it raw"),
        ("matches(incident.title, 'a')", 1, 1, "not spelt out"),
        ("incident.title + incident.title == ''", 1, 16, "no matching overload"),
        ("incident.resources.map(r, r) == []", 1, 0, ""),
        ("(" * 500 + "true" + ")" * 500, 0, 0, "recursion"),
        ("  ", 0, 0, "empty"),
        ("true\x00", 0, 0, "control character"),
        ("'" + "x" * 5000 + "' == ''", 0, 0, "longer than 4096"),
        ("'\ud800' == ''", 0, 0, ""),
    ],
)
def test_what_is_wrong_is_said_with_its_place(source: str, line: int, column: int, problem: str) -> None:
    with pytest.raises(ConditionError) as told:
        compile_condition(source)
    assert problem in str(told.value)
    assert told.value.line == line
    assert not column or told.value.column == column


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("incident.labels.region == 'eu'", "region"),
        ("findings[5].plugin == 'x'", "index"),
        ("now.getHours('Nowhere') > 1", "timezone"),
        ("incident.title.matches('(')", "regular expression"),
        ("1 / (incident.count - 7) == 1", "zero"),
        ("findings.all(f, f.value.severity > 3)", ""),
    ],
)
def test_what_cannot_be_told_does_not_hold_and_says_why(source: str, said: str) -> None:
    outcome = compile_condition(source).ask(CONTEXT)
    assert not outcome.holds
    assert said in outcome.error
    assert outcome.error


def test_the_part_that_does_not_hold_is_named() -> None:
    source = "incident.severity <= 'P1' && (incident.count > 9 || group.primary) && 'a && b' != ''"
    parts = compile_condition(source).parts(CONTEXT)
    assert [(part.source, part.outcome.holds) for part in parts] == [
        ("incident.severity <= 'P1'", True),
        ("(incident.count > 9 || group.primary)", False),
        ("'a && b' != ''", True),
    ]
    assert len(compile_condition("true && false || true").parts(CONTEXT)) == 1


def test_the_dearest_condition_that_is_taken_ends_soon_and_stays_small() -> None:
    nasty = "incident.description.matches('x{0,99}y{0,99}z')"
    loops = [f"findings.all(f, {nasty} || {nasty} || true)"]
    loops += ["findings.all(f, f.value.size() == 64 && f.value == f.value)"] * 3
    source = " && ".join([*loops, *[f"({nasty} || true)"] * 6])
    worst = replace(BURNING, description="x" * 100_000)
    context = ConditionContext(worst, NOON, [Said(str(n), "s", list(range(10_000))) for n in range(1000)])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    assert compile_condition(source).holds(context)
    assert time.perf_counter() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024
