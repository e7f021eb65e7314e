"""Whether a playbook can run here: its actions, their parameters, its references, and that every way ends."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from incident_hub_hookspecs import ConfigError

from incident_hub.domain.conditions import ConditionError, compile_condition
from incident_hub.domain.playbooks.expressions import check_texts, has_expression
from incident_hub.domain.playbooks.flow import cycle
from incident_hub.domain.playbooks.model import Playbook, Step, goto_of
from incident_hub.host.config_tree import build, check_some
from incident_hub.host.config_values import did_you_mean
from incident_hub.host.registry import Registry
from incident_hub.response.playbooks.builtin import BUILTIN
from incident_hub.response.playbooks.conditions import check_condition
from incident_hub.response.playbooks.document import Problem, read_document

__all__ = ["SCOPE", "STEPS_MOST", "Checked", "check_playbook", "nested_names"]

SCOPE = ("incident", "vars", "steps", "run")
STEPS_MOST = 200  # in one playbook, those inside others counted
_DEPTH_MOST = 4
_Found = Iterator[tuple[str, str]]
Others = Callable[[str], Playbook | None]


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it: a playbook that can run, or what keeps it from that."""

    playbook: Playbook | None
    problems: Sequence[Problem]


def check_playbook(source: str, registry: Registry, others: Others) -> Checked:
    """Read and check the YAML. `others` finds a saved playbook by name, for those that this one runs."""
    document = read_document(source)
    if document.playbook is None:
        return Checked(None, document.problems)
    found = _Checker(document.playbook, registry, others).found()
    problems = [document.problem(path, message) for path, message in found]
    return Checked(None if problems else document.playbook, problems)


def nested_names(playbook: Playbook) -> list[str]:
    """The playbooks that it runs."""
    return [str(step.params.get("name", "")) for step in playbook.walk() if step.action == "playbook"]


class _Checker:
    def __init__(self, playbook: Playbook, registry: Registry, others: Others) -> None:
        self._playbook, self._registry, self._others = playbook, registry, others
        self._ids = {step.id for step in playbook.walk()}

    def found(self) -> Iterator[tuple[str, str]]:
        """Every problem: its path and what is wrong."""
        total = sum(1 for _ in self._playbook.walk())
        if total > STEPS_MOST:
            yield "steps", f"{total} steps, at most {STEPS_MOST} are allowed"
        seen: set[str] = set()
        for index, trigger in enumerate(self._playbook.triggers):
            if trigger.when:
                try:
                    compile_condition(trigger.when)
                except ConditionError as error:
                    yield f"triggers[{index}].when", str(error)
        yield from self._texts(self._playbook.limits.target, "limits.target", ("incident", "vars"))
        yield from self._sequence(self._playbook.steps, "steps", SCOPE, seen, 1)
        yield from self._nesting()

    def _sequence(
        self, steps: Sequence[Step], path: str, scope: Sequence[str], seen: set[str], depth: int
    ) -> _Found:
        names = [step.id for step in steps]
        for index, step in enumerate(steps):
            at = f"{path}[{index}]"
            if step.id in seen:
                yield f"{at}.id", f"another step is called {step.id} already"
            seen.add(step.id)
            for key, way in (("on_success", step.on_success), ("on_failure", step.on_failure)):
                if (name := goto_of(way)) is not None and name not in names:
                    yield (
                        f"{at}.{key}",
                        f"no step beside this one is called {name}{did_you_mean(name, names)}",
                    )
            yield from self._step(step, at, scope, seen, depth)
        if (loop := cycle(steps)) is not None:
            last = steps[names.index(loop[-2])]  # the step that goes back
            key = "on_success" if goto_of(last.on_success) == loop[-1] else "on_failure"
            told = f"the way comes back to where it was: {' -> '.join(loop)}; a goto may only lead onward"
            yield f"{path}[{names.index(last.id)}].{key}", told

    def _step(self, step: Step, at: str, scope: Sequence[str], seen: set[str], depth: int) -> _Found:
        if depth > _DEPTH_MOST:
            yield at, f"steps nested deeper than {_DEPTH_MOST}"
            return
        if step.if_:
            yield from self._condition(step.if_, f"{at}.if", scope)
        yield from self._texts(step.target, f"{at}.target", scope)
        if step.action:
            yield from self._action(step, at, scope)
        elif step.parallel:
            yield from self._sequence(step.parallel, f"{at}.parallel", scope, seen, depth + 1)
            yield from _ways_in_parallel(step, at)
        else:
            yield from self._items(step, at, scope)
            yield from self._sequence(step.steps, f"{at}.steps", (*scope, step.as_), seen, depth + 1)

    def _items(self, step: Step, at: str, scope: Sequence[str]) -> _Found:
        if step.as_ in SCOPE:
            yield f"{at}.as", f"{step.as_} has a meaning already; choose another name"
        items = step.foreach
        if isinstance(items, str) and has_expression(items):
            yield from self._texts(items, f"{at}.foreach", scope)
        elif not isinstance(items, list | tuple):
            yield f"{at}.foreach", "must be a list, or one expression such as {{ steps.look.output.pods }}"
        elif step.most is not None and len(items) > step.most:
            yield f"{at}.foreach", f"{len(items)} items, and `most` allows {step.most}"

    def _action(self, step: Step, at: str, scope: Sequence[str]) -> _Found:
        parameters = BUILTIN.get(step.action)
        if parameters is None:
            known = self._registry.actions.get(step.action)
            if known is None:
                names = [*BUILTIN, *self._registry.actions]
                hint = did_you_mean(step.action, names) or f"; there are {', '.join(sorted(names))}"
                yield f"{at}.action", f"no plugin brings the action {step.action!r}{hint}"
                return
            parameters = known[1].parameters
        wrong = list(self._texts(step.params, f"{at}.params", scope))
        yield from wrong
        if parameters is not None and not wrong:
            yield from _parameters(parameters, step.params, f"{at}.params")
        if step.retry is not None and step.action in BUILTIN:
            yield f"{at}.retry", f"{step.action} is the hub's own and is not tried again"

    def _texts(self, value: object, path: str, scope: Sequence[str]) -> _Found:
        try:
            found = list(check_texts(value, path))
        except ConfigError as error:
            yield error.path, error.message
            return
        for at, spoken in found:
            for name in sorted(spoken.names - set(scope)):
                yield at, f"nothing is called {name} here{did_you_mean(name, scope)}"
            for name in sorted(spoken.steps - self._ids):
                yield at, f"no step is called {name}{did_you_mean(name, self._ids)}"
            for name in sorted(spoken.variables - set(self._playbook.variables)):
                yield at, f"no variable is called {name}{did_you_mean(name, self._playbook.variables)}"

    def _condition(self, text: str, path: str, scope: Sequence[str]) -> _Found:
        try:
            check_condition(text, scope)
        except ConditionError as error:
            yield path, str(error)

    def _nesting(self) -> _Found:
        """Whether the playbooks that it runs are there, and none of them leads back to it."""
        for index, step in enumerate(self._playbook.steps):
            for one in step.walk():
                if one.action == "playbook":
                    name = str(one.params.get("name", ""))
                    if (wrong := self._leads_back(name, (self._playbook.name,))) is not None:
                        yield f"steps[{index}]" + (".params.name" if one is step else ""), wrong

    def _leads_back(self, name: str, trail: tuple[str, ...]) -> str | None:
        if name in trail:
            return f"playbooks run each other in a circle: {' -> '.join([*trail, name])}"
        if len(trail) > _DEPTH_MOST:
            return f"playbooks nested deeper than {_DEPTH_MOST}: {' -> '.join([*trail, name])}"
        if has_expression(name):
            return "the name of a playbook cannot be filled in: write it out"
        other = self._others(name)
        if other is None:
            return f"there is no playbook {name!r}; save that one first"
        found = (self._leads_back(inner, (*trail, name)) for inner in nested_names(other))
        return next((wrong for wrong in found if wrong is not None), None)


def _ways_in_parallel(step: Step, at: str) -> _Found:
    for index, one in enumerate(step.parallel):
        for key, way in (("on_success", one.on_success), ("on_failure", one.on_failure)):
            if goto_of(way) is not None:
                yield f"{at}.parallel[{index}].{key}", "steps that run side by side cannot go to each other"


def _parameters(cls: type[Any], params: Mapping[str, object], path: str) -> _Found:
    """What is known is checked now; what is filled in, when it is."""
    later = [key for key, value in params.items() if any(True for _ in check_texts(value, path))]
    try:
        if later:
            check_some(cls, params, later, path)
        else:
            build(cls, params, path)
    except ConfigError as error:
        yield error.path or path, error.message
