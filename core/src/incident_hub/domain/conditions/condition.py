"""One condition: compiled once, asked often, explained part by part."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from cel_expr_python import cel

from incident_hub.domain.conditions.bounds import check_bounds
from incident_hub.domain.conditions.context import ConditionContext
from incident_hub.domain.conditions.errors import ConditionError
from incident_hub.domain.conditions.tokens import conjuncts
from incident_hub.domain.conditions.variables import cel_types

__all__ = ["Condition", "Outcome", "Part", "compile_condition"]

_PLACE = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): ([^\n]+)")
_LONGEST_PROBLEM = 500
# Conditions ask; they build nothing. Without these a value cannot grow beyond what the source spells out.
_CONFIG = cel.NewEnvConfigFromYaml("""
name: conditions
stdlib:
  exclude_macros: [map, filter]
  exclude_functions:
  - name: dyn
  - name: _+_
    overloads: [{id: add_string}, {id: add_bytes}, {id: add_list}]
""")
_ENVIRONMENT = cel.NewEnv(variables=cel_types(), config=_CONFIG)


class Outcome(NamedTuple):
    """Whether the condition holds. `error` says why it could not be told; then it does not hold."""

    holds: bool
    error: str = ""


class Part(NamedTuple):
    """One of the parts that must all hold, and its own outcome."""

    source: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition; `source` is the text that it was made from."""

    source: str
    _program: Any

    def holds(self, context: ConditionContext) -> bool:
        """Whether it holds; what cannot be told does not."""
        return self.ask(context).holds

    def ask(self, context: ConditionContext) -> Outcome:
        """Whether it holds, and what stood in the way of an answer. Never raises."""
        try:
            value = self._program.eval(data=context.values)
            plain = value.plain_value()
        except (RuntimeError, TypeError, ValueError) as error:
            return Outcome(False, _short(str(error)))
        if isinstance(plain, bool):
            return Outcome(plain)
        return Outcome(False, _short(str(plain)))

    def parts(self, context: ConditionContext) -> Sequence[Part]:
        """The parts that `&&` joins, each asked alone: which of them is it that does not hold?"""
        sources = conjuncts(self.source)
        if len(sources) == 1:
            return [Part(self.source, self.ask(context))]
        return [Part(one, compile_condition(one).ask(context)) for one in sources]


@lru_cache(maxsize=4096)
def compile_condition(source: str) -> Condition:
    """The condition; raises `ConditionError` with the place for what is none, or asks about nothing known."""
    check_bounds(source)
    try:
        program = _ENVIRONMENT.compile(source)
    except (RuntimeError, TypeError, ValueError) as error:
        raise _error(str(error)) from None
    kind = program.return_type()
    if kind != cel.Type.BOOL:
        raise ConditionError(f"a condition is true or false, this is of type {kind.name().lower()}", 1, 1)
    return Condition(source, program)


def _error(text: str) -> ConditionError:
    found = _PLACE.search(text)
    if found is None:
        return ConditionError(_short(text.removesuffix("]").rpartition(" [")[0] or text))
    line, column = int(found[1]), int(found[2])
    return ConditionError(_short(found[3].replace(" (in container '')", "")), max(line, 0), max(column, 0))


def _short(text: str) -> str:
    return text.splitlines()[0][:_LONGEST_PROBLEM] if text else "unknown"
