"""Conditions of steps, in CEL over `incident`, `vars`, `steps`, `run` and what a foreach calls its item.

Triggers ask the hub's own conditions (`domain.conditions`), which know the incident only. Those of steps speak of
outputs, whose types nobody knows before; the same bounds hold for both.
"""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

from incident_hub.domain.conditions import ConditionError
from incident_hub.domain.conditions.bounds import check_bounds

__all__ = ["check_condition", "holds"]

_PLACE = re.compile(r"<input>:(\d+):(\d+): (.*)")
# Conditions ask; they build nothing: without these a value cannot grow beyond what the source spells out.
_CONFIG = cel.NewEnvConfigFromYaml("""
name: steps
stdlib:
  exclude_macros: [map, filter]
  exclude_functions:
  - name: _+_
    overloads: [{id: add_string}, {id: add_bytes}, {id: add_list}]
""")


def check_condition(text: str, names: Collection[str]) -> None:
    """Read the condition, which may speak of these names; raises `ConditionError`."""
    _compiled(text, tuple(sorted(names)))


def holds(text: str, scope: Mapping[str, object]) -> bool:
    """Whether it is true of the scope; raises `ConditionError` when it is neither true nor false."""
    try:
        found = _compiled(text, tuple(sorted(scope))).eval(data=dict(scope)).plain_value()
    except (RuntimeError, TypeError, ValueError) as error:
        raise _error(error) from None
    if not isinstance(found, bool):
        raise ConditionError(f"neither true nor false, but {str(found)[:200]}")
    return found


@lru_cache(maxsize=512)
def _compiled(text: str, names: tuple[str, ...]) -> Any:  # noqa: ANN401 - the library has no types
    check_bounds(text)
    try:
        return _environment(names).compile(text)
    except (RuntimeError, TypeError, ValueError) as error:
        raise _error(error) from None


@lru_cache(maxsize=64)
def _environment(names: tuple[str, ...]) -> Any:  # noqa: ANN401 - the library has no types
    return cel.NewEnv(variables=dict.fromkeys(names, cel.Type.DYN), config=_CONFIG)


def _error(error: Exception) -> ConditionError:
    """The first complaint in one line, with its place."""
    if isinstance(error, ConditionError):
        return error
    place = _PLACE.search(str(error))
    if place is None:
        return ConditionError(str(error).splitlines()[0][:300] if str(error) else "unknown")
    return ConditionError(place[3][:500], int(place[1]), int(place[2]))
