"""Routes, maintenance windows and inhibitions as rows."""

from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from incident_hub.storage.reading.keyset import Page, PageRequest, keyset, page_of
from incident_hub.storage.tables_rules import rule

__all__ = [
    "RuleRow", "any_enabled", "count_rules", "delete_rule", "enabled_rules", "find_rule", "rule_page", "rules_of",
    "write_rule",
]  # fmt: skip

_C = rule.c


class RuleRow(NamedTuple):
    """One rule; `document` is JSON. Names and order are the table's."""

    kind: str
    id: str
    document: str
    enabled: int
    version: int
    created_at: int
    updated_at: int
    updated_by: str


_QUERY = select(*(_C[name] for name in RuleRow._fields))


def find_rule(connection: Connection, kind: str, key: str, *, lock: bool = False) -> RuleRow | None:
    """The rule of a kind and an id."""
    query = _QUERY.where(_C.kind == kind, _C.id == key)
    row = connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else RuleRow._make(row)


def rules_of(connection: Connection, kind: str) -> list[RuleRow]:
    """Every rule of a kind, by id."""
    return [RuleRow._make(row) for row in connection.execute(_QUERY.where(_C.kind == kind).order_by(_C.id))]


def enabled_rules(connection: Connection) -> list[RuleRow]:
    """The rules of all kinds that are in use, by kind and id."""
    query = _QUERY.where(_C.enabled == 1).order_by(_C.kind, _C.id)
    return [RuleRow._make(row) for row in connection.execute(query)]


def any_enabled(connection: Connection, kinds: tuple[str, ...]) -> bool:
    """Whether a rule of these kinds is in use."""
    query = select(_C.id).where(_C.enabled == 1, _C.kind.in_(kinds)).limit(1)
    return connection.execute(query).first() is not None


def rule_page(connection: Connection, kind: str, request: PageRequest) -> Page[RuleRow]:
    """A page of the rules of a kind, by id."""
    rows = connection.execute(keyset(_QUERY.where(_C.kind == kind), (_C.id,), request, descending=False))
    return page_of([RuleRow._make(row) for row in rows], request)


def count_rules(connection: Connection, kind: str) -> int:
    """How many rules of a kind there are."""
    return connection.execute(select(func.count()).select_from(rule).where(_C.kind == kind)).scalar_one()


def write_rule(connection: Connection, row: RuleRow) -> None:
    """Write a new rule, or a changed one; version 1 is new."""
    if row.version == 1:
        connection.execute(insert(rule).values(row._asdict()))
    else:
        same = (_C.kind == row.kind, _C.id == row.id)
        connection.execute(update(rule).where(*same).values(row._asdict()))


def delete_rule(connection: Connection, kind: str, key: str) -> None:
    """Forget a rule."""
    connection.execute(delete(rule).where(_C.kind == kind, _C.id == key))
