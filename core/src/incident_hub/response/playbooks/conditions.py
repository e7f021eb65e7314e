"""Conditions of playbooks, in CEL over `incident`, `vars`, `steps` and what a foreach calls its item."""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

__all__ = ["ConditionError", "check_condition", "holds"]

SOURCE_LIMIT = 2000
LOOPS_MOST = 2  # all, exists, map, filter: each may go through a list once more for each item
_LOOP = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(")
_PLACE = re.compile(r"<input>:(\d+):(\d+): (.*)")


class ConditionError(ValueError):
    """The condition cannot be read, or has no answer."""


def check_condition(text: str, names: Collection[str]) -> None:
    """Read the condition, which may speak of these names; raises `ConditionError`."""
    _compiled(text, tuple(sorted(names)))


def holds(text: str, scope: Mapping[str, object]) -> bool:
    """Whether it is true of the scope; raises `ConditionError` when it is neither true nor false."""
    try:
        found = _compiled(text, tuple(sorted(scope))).eval(data=dict(scope)).value()
    except RuntimeError as error:
        raise ConditionError(_told(error)) from None
    if not isinstance(found, bool):
        raise ConditionError(f"neither true nor false, but {str(found)[:200]}")
    return found


@lru_cache(maxsize=512)
def _compiled(text: str, names: tuple[str, ...]) -> Any:  # noqa: ANN401 - the library has no types
    if len(text) > SOURCE_LIMIT:
        raise ConditionError(f"{len(text)} characters, at most {SOURCE_LIMIT} are allowed")
    if len(_LOOP.findall(text)) > LOOPS_MOST:
        raise ConditionError(f"goes through lists more than {LOOPS_MOST} times")
    try:
        return _environment(names).compile(text)
    except RuntimeError as error:
        raise ConditionError(_told(error)) from None


@lru_cache(maxsize=64)
def _environment(names: tuple[str, ...]) -> Any:  # noqa: ANN401 - the library has no types
    return cel.NewEnv(variables=dict.fromkeys(names, cel.Type.DYN))


def _told(error: RuntimeError) -> str:
    """The first complaint in one line, with its place."""
    place = _PLACE.search(str(error))
    return f"{place[3]} (line {place[1]}, column {place[2]})" if place else str(error).splitlines()[0][:300]
