"""Fits the parts of the serving plugins into the core's schema; one that does not fit costs its plugin only."""

import logging
from collections.abc import Iterable, Sequence

from incident_hub.api.graphql.assembly import Assembly, Roots
from incident_hub.api.graphql.errors import PASSING
from incident_hub.api.graphql.plugins.clashes import Taken
from incident_hub.api.graphql.plugins.part import BadPartError, Part, examine
from incident_hub.host.registry import Registry

__all__ = ["fit"]

_log = logging.getLogger(__name__)


def fit(roots: Roots, registry: Registry) -> tuple[Assembly, list[Part], dict[str, str]]:
    """The schema, the parts in it, and who owns which of its names; plugins that do not fit have failed.

    Plugins that run in a process of their own have no part here: their resolvers could not be called.
    """
    core = Assembly(roots, {})
    if not registry.graphql:
        return core, [], {}
    taken = Taken(core)
    parts = [part for name in sorted(registry.graphql) if (part := _admitted(name, registry, taken))]
    try:
        schema = _build(roots, parts)
    except PASSING:
        raise
    except BaseException:  # the boundary: parts are plugins' code; which one it was shows one by one
        schema, parts = _one_by_one(roots, core, parts, registry)
    names = {name: p.plugin for p in parts for name in (*taken.fields_of(p), *taken.types_of(p))}
    return schema, parts, names


def _admitted(name: str, registry: Registry, taken: Taken) -> Part | None:
    """The part, unless it cannot be built or claims what is not its own."""
    try:
        part = examine(name, registry.graphql[name])
        problem = taken.problem(part)
    except PASSING:
        raise
    except BaseException as error:  # the boundary, as above
        problem = _why(error)
    if problem:
        _give_up(registry, name, problem)
        return None
    taken.take(part)
    return part


def _one_by_one(
    roots: Roots, core: Assembly, parts: Iterable[Part], registry: Registry
) -> tuple[Assembly, list[Part]]:
    """Each built alone, and yet not all together: keep those that build with the ones before them."""
    schema, kept = core, list[Part]()
    for part in parts:
        try:
            schema = _build(roots, [*kept, part])
        except PASSING:
            raise
        except BaseException as error:  # the boundary, as above
            _give_up(registry, part.plugin, _why(error))
        else:
            kept.append(part)
    return schema, kept


def _build(roots: Roots, parts: Sequence[Part]) -> Assembly:
    added: dict[str, list[object]] = {}
    for part in parts:
        for core, fields in part.added.items():
            added.setdefault(core, []).extend(fields)
    return Assembly(roots, added)  # type: ignore[arg-type]


def _give_up(registry: Registry, plugin: str, problem: str) -> None:
    registry.fail(plugin, f"extend_graphql: {problem}")
    _log.warning("plugin %s is failed: extend_graphql: %s", plugin, problem)


def _why(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text if isinstance(error, BadPartError) else f"it does not build: {type(error).__name__}: {text}"
