"""What crosses at the start: how a child is told what to run, and what it says the plugin registered."""

from collections.abc import Mapping
from dataclasses import dataclass

from incident_hub_hookspecs import BlastRadius, LlmKind

__all__ = ["ActionShape", "Order", "ParserShape", "RouteShape", "Shape"]


@dataclass(frozen=True, slots=True)
class Order:
    """What a child shall run. `target` is the entry point's value, `anchor` ties its clock to the hub's."""

    name: str
    target: str
    options: Mapping[str, object]
    memory_mb: int
    log_level: int
    anchor: int


@dataclass(frozen=True, slots=True)
class ParserShape:
    """A webhook parser; verifying and parsing happen together."""

    slug: str


@dataclass(frozen=True, slots=True)
class ActionShape:
    """A playbook action, without its code."""

    name: str
    idempotent: bool
    blast_radius: BlastRadius
    undo: bool


@dataclass(frozen=True, slots=True)
class RouteShape:
    """A route, without its endpoint."""

    path: str
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """All that a plugin registered; of what has no properties, how many there are."""

    hooks: tuple[str, ...]
    working: tuple[str, ...]
    classifiers: tuple[bool, ...]
    enrichers: int
    correlators: int
    notifiers: int
    directories: int
    llm_clients: tuple[LlmKind, ...]
    actions: tuple[ActionShape, ...]
    parsers: tuple[ParserShape, ...]
    routes: tuple[RouteShape, ...]
