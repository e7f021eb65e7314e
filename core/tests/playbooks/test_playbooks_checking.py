"""Playbooks are refused at save with the line of what is wrong; what they say is filled in, never evaluated."""
# ruff: noqa: ANN401 - the signature of an action

from dataclasses import dataclass
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from incident_hub.domain.conditions import ConditionError
from incident_hub.domain.playbooks.durations import seconds_of
from incident_hub.domain.playbooks.expressions import VALUE_LIMIT, check_texts, fill
from incident_hub.domain.playbooks.model import Playbook, Retry
from incident_hub.host.registry import Registry
from incident_hub.response.playbooks.checking import Checked, check_playbook
from incident_hub.response.playbooks.conditions import check_condition, holds
from incident_hub.response.playbooks.json_schema import playbook_schema
from incident_hub_hookspecs import ConfigError, PlaybookAction, setting
from jsonschema import Draft202012Validator

SOUND = """
name: restart-gateway
owner: team:platform
triggers:
  - {on: incident_created, severities: [P0, P1], when: 'incident.labels.service == "gateway"'}
variables: {region: eu-1, pods: [a, b]}
limits: {target: "{{ incident.labels.service }}"}
steps:
  - id: look
    action: restart
    params: {service: "gateway-{{ vars.region }}", grace: 5}
    retry: {times: 3, backoff: fixed, delay: 1s}
  - id: both
    parallel:
      - {id: c1, action: comment, params: {text: "saw {{ steps.look.output.status }}"}}
      - {id: c2, action: wait, params: {seconds: 5s}}
  - id: each
    foreach: "{{ vars.pods }}"
    most: 5
    as: pod
    steps: [{id: say, action: comment, params: {text: "{{ pod }}"}, if: 'pod != "b"'}]
  - {id: watch, action: verify, params: {window: 10m}, on_failure: undo}
"""


@dataclass(frozen=True)
class Restarting:
    """What a restart takes."""

    service: str = setting(least=1)
    grace: int = setting(default=1, most=60)


class Restart(PlaybookAction):
    """Declares its parameters."""

    idempotent = False
    parameters = Restarting

    async def run(self, *_: Any, **__: Any) -> Any:
        """Not called here."""


def checked(source: str, **others: Playbook) -> Checked:
    registry = Registry()
    registry.actions["restart"] = ("restart", Restart())
    return check_playbook(source, registry, others.get)


def problems(source: str, **others: Playbook) -> list[tuple[int, str]]:
    return [(one.line, f"{one.path}: {one.message}") for one in checked(source, **others).problems]


def sound(source: str) -> Playbook:
    found = checked(source)
    assert found.playbook is not None, found.problems
    return found.playbook


def test_a_sound_playbook_is_read_whole() -> None:
    playbook = sound(SOUND)
    assert [step.id for step in playbook.walk()] == ["look", "both", "c1", "c2", "each", "say", "watch"]
    assert playbook.triggers[0].severities == ("P0", "P1")


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("action: restart", "action: restrt", 10, "did you mean `restart`"),
        ("grace: 5", "grace: 500", 11, "steps[0].params.grace: must be"),
        ("grace: 5", "gracee: 5", 11, "did you mean `grace`"),
        ('service: "gateway-{{ vars.region }}", ', "", 11, "steps[0].params.service: missing"),
        ("vars.region", "vars.regoin", 11, "did you mean `region`"),
        ("steps.look.output", "steps.lok.output", 15, "did you mean `look`"),
        ("{{ pod }}", "{{ pood }}", 21, "did you mean `pod`"),
        ("{{ pod }}", "{{ pod * 9999999 }}", 21, "mul is not allowed"),
        ("{{ pod }}", "{% for a in pod %}x{% endfor %}", 21, "for is not allowed"),
        ("{{ pod }}", "{{ pod.__class__() }}", 21, "call is not allowed"),
        ("    most: 5\n", "", 18, "foreach needs a bound"),
        ("delay: 1s", "delay: soon", 12, "no duration"),
        ('== "gateway"', "==", 5, "triggers[0].when"),
        ("pod != ", "pood != ", 21, "undeclared reference"),
        ("on_failure: undo", "on_failure: goto look", 22, "comes back to where it was: look -> both"),
        ("on_failure: undo", "on_failure: goto nowhere", 22, "no step beside this one is called nowhere"),
        ("{id: c2,", "{id: c1,", 16, "another step is called c1 already"),
        ("incident_created", "incident_made", 5, "triggers[0].on: must be one of"),
        ("team:platform", "platform", 3, "is no receiver"),
        ("action: verify", "action: verify, parallel: []", 22, ""),
        ("name: restart-gateway", "name: restart-gateway\nname: x", 3, "twice"),
        ("window: 10m", "window: 1m", 22, "longer than the window"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(old: str, new: str, line: int, told: str) -> None:
    assert old in SOUND
    found = problems(SOUND.replace(old, new))
    if not told:
        assert found == []
        return
    assert any(at == line and told in text for at, text in found), found


def test_all_that_is_wrong_is_named_at_once() -> None:
    wrong = SOUND.replace("delay: 1s", "delay: soon").replace("    most: 5\n", "").replace("incident_cr", "x")
    assert len(problems(wrong)) == 3


def test_playbooks_that_run_each_other_in_a_circle_are_refused() -> None:
    calls = "name: {}\nsteps:\n  - {{id: a, action: playbook, params: {{name: {}}}}}\n"
    assert "save that one first" in problems(calls.format("one", "two"))[0][1]
    two = Playbook(
        name="two", steps=(sound("name: t\nsteps: [{id: a, action: comment, params: {text: x}}]").steps)
    )
    assert problems(calls.format("one", "two"), two=two) == []
    back = checked(calls.format("two", "one"), one=two).playbook
    assert back is not None
    assert problems(calls.format("one", "two"), two=back) == [
        (3, "steps[0].params.name: playbooks run each other in a circle: one -> two -> one")
    ]


def test_the_schema_agrees_with_the_reader() -> None:
    registry = Registry()
    registry.actions["restart"] = ("restart", Restart())
    judge = Draft202012Validator(playbook_schema(registry))
    assert list(judge.iter_errors(yaml.safe_load(SOUND.replace("{on: ", '{"on": ')))) == []
    for old, new in (
        ("grace: 5", "grace: 500"),
        ("restart\n", "restrt\n"),
        ("[P0, P1]", "[P9]"),
        ("id: look", "idd: x"),
    ):
        assert list(judge.iter_errors(yaml.safe_load(SOUND.replace("{on: ", '{"on": ').replace(old, new)))), (
            old
        )


SCOPE = {
    "vars": {"n": 3, "l": ["x", "y"], "nothing": None, "text": "{{ vars.n }}"},
    "steps": {"a": {"output": {"ok": True, "deep": {"n": 7}}}},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ vars.n }}", 3),
        ("n={{ vars.n }}", "n=3"),
        ("{{ vars.l }}", ["x", "y"]),
        ("{{ steps.a.output }}", {"ok": True, "deep": {"n": 7}}),
        ("{{ steps.a.output.ok }}", True),
        ("{{ vars.nothing }}", None),
        ("{{ vars.missing|default('z') }}", "z"),
        ("{{ vars.n + 1 if vars.l|length == 2 else 0 }}", 4),
        ("{{ vars.l|join(', ') }}", "x, y"),
        ("{{ vars.text }}", "{{ vars.n }}"),  # what comes out of a value is never read again
    ],
)
def test_a_text_that_is_one_expression_keeps_the_type_of_its_value(text: str, value: object) -> None:
    assert fill({"a": [text]}, SCOPE) == {"a": [value]}


@pytest.mark.parametrize(
    "text", ["{{ vars.missing }}", "{{ vars.n.x }}", "{{ vars.l - 1 }}", "{{ vars.__class__ }}"]
)
def test_what_has_no_value_is_named_by_its_path(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^params\.a\[0\]: "):
        fill({"a": [text]}, SCOPE, "params")


def test_a_value_that_grows_is_cut_off() -> None:
    much = {"vars": {"t": "x" * 4000}}
    text = "{{ [vars.t, vars.t]|join('" + "y" * 30 + "')" + "|join('0123456789')" * 8 + " }}"
    list(check_texts(text, ""))
    with pytest.raises(ConfigError, match=str(VALUE_LIMIT)):
        fill(text, much)
    with pytest.raises(ConfigError, match="characters when filled in"):
        fill(["{{ vars.t }}"] * 20, much)


def test_conditions_are_true_or_false_or_refused() -> None:
    assert holds('vars.n > 2 && steps.a.output.ok && "x" in vars.l', SCOPE)
    assert not holds("has(vars.zzz)", SCOPE)
    with pytest.raises(ConditionError, match="neither true nor false"):
        holds("vars.n", SCOPE)
    with pytest.raises(ConditionError, match="zzz"):
        holds("vars.zzz == 1", SCOPE)
    with pytest.raises(ConditionError, match="inside another loop"):
        check_condition("vars.l.all(a, vars.l.all(b, vars.l.all(c, true)))", SCOPE)
    for building in ("vars.l.map(a, a).size() > 0", "'a' + vars.s == 'ab'"):
        with pytest.raises(ConditionError):
            holds(building, {"vars": {"l": [1], "s": "b"}})


def test_durations_and_backoff() -> None:
    assert [seconds_of(text) for text in ("30s", "1h30m", "0.5", "250ms")] == [30, 5400, 0.5, 0.25]
    for text in ("", "5x", "-5s", "0s", "31d", "5 s"):
        with pytest.raises(ConfigError):
            seconds_of(text)
    waits = {
        way: [Retry(5, way, "2s", "9s").wait_seconds(n) for n in (1, 2, 3, 4)]
        for way in ("fixed", "linear", "exponential")
    }
    assert waits == {"fixed": [2, 2, 2, 2], "linear": [2, 4, 6, 8], "exponential": [2, 4, 8, 9]}
