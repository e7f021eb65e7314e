"""Rules as mappings, as JSON for the database, and all that are in use together."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection

from incident_hub.domain.rules import RULE_CLASSES, Inhibition, MaintenanceWindow, Route, Rule, RuleKind
from incident_hub.host.config_tree import build
from incident_hub.storage.rules import enabled_rules

__all__ = ["RuleBook", "read_book", "rule_from", "rule_json", "rule_of", "rule_shown"]


def rule_from(kind: RuleKind, data: object, path: str = "") -> Rule:
    """The rule that a mapping describes; raises `ConfigError` with the path of what is wrong."""
    return build(RULE_CLASSES[kind], data, path)


def rule_json(rule: Rule) -> str:
    """The rule as the database holds it."""
    return orjson.dumps(rule).decode()


def rule_shown(rule: Rule) -> Mapping[str, Any]:
    """The rule as a file would have it; `rule_from` reads it back."""
    shown: dict[str, Any] = orjson.loads(rule_json(rule))
    return shown


@lru_cache(maxsize=2048)
def rule_of(kind: RuleKind, document: str) -> Rule:
    """The rule that the database holds."""
    return build(RULE_CLASSES[kind], orjson.loads(document), "")


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules in use; routes in the order in which they are asked."""

    routes: tuple[Route, ...] = ()
    windows: tuple[MaintenanceWindow, ...] = ()
    inhibitions: tuple[Inhibition, ...] = ()


def read_book(connection: Connection) -> RuleBook:
    """All that are in use now."""
    found = [rule_of(RuleKind(row.kind), row.document) for row in enabled_rules(connection)]
    routes = [one for one in found if isinstance(one, Route)]
    return RuleBook(
        tuple(sorted(routes, key=lambda one: (-one.priority, one.id))),
        tuple(one for one in found if isinstance(one, MaintenanceWindow)),
        tuple(one for one in found if isinstance(one, Inhibition)),
    )
