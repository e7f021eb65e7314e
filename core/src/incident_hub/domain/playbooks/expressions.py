"""Texts with `{{ expressions }}` in them: filled in from the incident, the variables and earlier steps' outputs.

The expressions are Jinja2's, cut down until nothing in them can loop, call, or grow a value by more than it
is written: names, attributes, items, literals, comparisons, `and or not`, `a if b else c`, `+`, `-`, `~` and a
few filters. A text that is one expression has that expression's value, of its own type.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import orjson
from incident_hub_hookspecs import ConfigError
from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

__all__ = [
    "VALUE_LIMIT",
    "ExpressionError",
    "References",
    "check_texts",
    "fill",
    "has_expression",
    "references",
]

SOURCE_LIMIT = 4000
VALUE_LIMIT = 64 * 1024  # characters of one filled-in value as JSON
_DEPTH = 16
_ONE = re.compile(r"\s*\{\{((?:(?!\}\}).)*)\}\}\s*", re.DOTALL)
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem,
    nodes.Filter, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Concat,
    nodes.Add, nodes.Sub, nodes.Neg, nodes.List, nodes.Dict, nodes.Pair, nodes.Test, nodes.Keyword, nodes.Slice,
)  # fmt: skip
_TESTS = frozenset({"defined", "undefined", "none", "string", "number", "mapping", "sequence", "in"})


class ExpressionError(ValueError):
    """An expression cannot be read, or has no value."""


def _text(value: object) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: object) -> str:
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Undefined):
        raise ExpressionError(f"{value._undefined_name} is not known")
    raise ExpressionError(f"a {type(value).__name__} is no JSON value")


def _joined(value: Any, separator: str = "") -> str:  # noqa: ANN401 - a filter takes anything
    return str(separator).join(_text(one) for one in value)


_FILTERS: dict[str, Callable[..., object]] = {
    "default": lambda value, other="": other if isinstance(value, Undefined) or value is None else value,
    "lower": lambda value: _text(value).lower(),
    "upper": lambda value: _text(value).upper(),
    "trim": lambda value: _text(value).strip(),
    "length": len,
    "first": lambda value: next(iter(value), None),
    "last": lambda value: list(value)[-1] if value else None,
    "join": _joined,
    "int": int,
    "float": float,
    "string": _text,
    "round": lambda value, digits=0: round(float(value), min(int(digits), 12)),
    "tojson": _json,
    "keys": sorted,
}


def _capped(function: Callable[..., object]) -> Callable[..., object]:
    def call(value: Any, *args: Any) -> object:  # noqa: ANN401 - a filter takes anything
        found = function(value, *args)
        if isinstance(found, str | list | dict) and len(found) > VALUE_LIMIT:
            raise ExpressionError(f"a value grows beyond {VALUE_LIMIT} characters")
        return found

    return call


class _Environment(ImmutableSandboxedEnvironment):
    """Reads items only, and of mappings first: no attribute of a Python object is ever looked at."""

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - jinja's signature
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401 - jinja's signature
        if isinstance(obj, Undefined):
            return obj[argument]
        try:
            return (
                obj[argument]
                if isinstance(obj, Mapping | list | tuple | str)
                else self._missing(obj, argument)
            )
        except (KeyError, IndexError, TypeError):
            return self._missing(obj, argument)

    def _missing(self, obj: object, argument: object) -> Undefined:
        return self.undefined(obj=obj, name=str(argument))


_environment = _Environment(undefined=StrictUndefined, autoescape=False, finalize=_text, cache_size=0)
_environment.filters = {name: _capped(function) for name, function in _FILTERS.items()}
_environment.tests = {name: test for name, test in _environment.tests.items() if name in _TESTS}
_environment.globals = {}


def has_expression(text: str) -> bool:
    """Whether anything in it is filled in."""
    return "{{" in text or "{%" in text or "{#" in text


class References:
    """What a text's expressions speak of: names, and the second part of `steps.x` and `vars.x`."""

    def __init__(self, tree: nodes.Template) -> None:
        self.names = {one.name for one in tree.find_all(nodes.Name)}
        self.steps = set(_second(tree, "steps"))
        self.variables = set(_second(tree, "vars"))


def _second(tree: nodes.Template, name: str) -> Iterator[str]:
    for one in tree.find_all((nodes.Getattr, nodes.Getitem)):
        if not isinstance(one, nodes.Getattr | nodes.Getitem):
            continue
        if not (isinstance(one.node, nodes.Name) and one.node.name == name):
            continue
        if isinstance(one, nodes.Getattr):
            yield one.attr
        elif isinstance(one.arg, nodes.Const):
            yield str(one.arg.value)


def references(text: str) -> References:
    """Read the text; raises `ExpressionError` for what is no expression, or one that is not allowed."""
    return References(_tree(text))


@lru_cache(maxsize=512)
def _tree(text: str) -> nodes.Template:
    if len(text) > SOURCE_LIMIT:
        raise ExpressionError(f"{len(text)} characters, at most {SOURCE_LIMIT} are allowed")
    try:
        tree = _environment.parse(text)
    except TemplateSyntaxError as error:
        raise ExpressionError(f"no expression: {error.message}") from None
    except RecursionError:
        raise ExpressionError("nested too deeply") from None
    for one in tree.find_all(nodes.Node):
        _check(one)
    return tree


def _check(one: nodes.Node) -> None:
    if isinstance(one, nodes.Filter) and one.name not in _FILTERS:
        raise ExpressionError(f"there is no filter {one.name}; there are {', '.join(sorted(_FILTERS))}")
    if isinstance(one, nodes.Test) and one.name not in _TESTS:
        raise ExpressionError(f"there is no test {one.name}; there are {', '.join(sorted(_TESTS))}")
    if not isinstance(one, _ALLOWED):
        what = type(one).__name__.lower()
        raise ExpressionError(
            f"{what} is not allowed: expressions read values, they do not call, loop or multiply"
        )


@lru_cache(maxsize=512)
def _compiled(text: str) -> Callable[[Mapping[str, object]], object]:
    _tree(text)
    try:
        whole = _ONE.fullmatch(text)
        if whole is not None:
            expression = _environment.compile_expression(whole[1].strip(), undefined_to_none=False)
            return lambda scope: expression(**scope)
        template = _environment.from_string(text)
    except (TemplateSyntaxError, SyntaxError, RecursionError) as error:
        raise ExpressionError(f"no expression: {error}") from None
    return lambda scope: template.render(**scope)


def fill(value: object, scope: Mapping[str, object], path: str = "") -> Any:  # noqa: ANN401 - any JSON
    """The value with every text in it filled in; raises `ConfigError` with the path of what has no value."""
    filled = _filled(value, scope, path, 0)
    try:
        size = len(_json(filled))
    except (ExpressionError, TypeError) as error:
        raise ConfigError(str(error), path) from None
    if size > VALUE_LIMIT:
        raise ConfigError(f"{size} characters when filled in, at most {VALUE_LIMIT} are allowed", path)
    return filled


def _filled(value: object, scope: Mapping[str, object], path: str, depth: int) -> object:
    if depth > _DEPTH:
        raise ConfigError(f"nested deeper than {_DEPTH}", path)
    if isinstance(value, str):
        return _value(value, scope, path) if has_expression(value) else value
    if isinstance(value, Mapping):
        return {key: _filled(one, scope, f"{path}.{key}", depth + 1) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(one, scope, f"{path}[{index}]", depth + 1) for index, one in enumerate(value)]
    return value


def _value(text: str, scope: Mapping[str, object], path: str) -> object:
    try:
        found = _compiled(text)(scope)
        if isinstance(found, Undefined):
            found = found[""]  # says what is missing
        return orjson.loads(_json(found))  # a copy, of JSON's types only
    except UndefinedError as error:
        raise ConfigError(f"nothing to fill in: {error.message}", path) from None
    except ConfigError:
        raise
    except Exception as error:  # whatever an operator makes of values of the wrong kind
        raise ConfigError(f"cannot be filled in: {str(error)[:200]}", path) from None


def check_texts(value: object, path: str, depth: int = 0) -> Iterator[tuple[str, References]]:
    """Each text with expressions, by its path; raises `ConfigError` with the path of one that is wrong."""
    if depth > _DEPTH:
        raise ConfigError(f"nested deeper than {_DEPTH}", path)
    if isinstance(value, str) and has_expression(value):
        try:
            found = references(value)
            _compiled(value)
        except ExpressionError as error:
            raise ConfigError(str(error), path) from None
        yield path, found
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from check_texts(one, f"{path}.{key}", depth + 1)
    elif isinstance(value, list | tuple):
        for index, one in enumerate(value):
            yield from check_texts(one, f"{path}[{index}]", depth + 1)
