"""Escalation policies as rows."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, text, update

from incident_hub.storage.reading.keyset import Page, PageRequest, keyset, page_of
from incident_hub.storage.tables_escalation import escalation_policy

__all__ = [
    "PolicyRow", "all_policies", "count_policies", "delete_policy", "find_policy", "lock_policies", "policies_by_id",
    "policy_page", "write_policy",
]  # fmt: skip

_LOCK = 0x1D5EEF
_C = escalation_policy.c


class PolicyRow(NamedTuple):
    """One policy; `document` is JSON. Names and order are the table's."""

    id: str
    document: str
    enabled: int
    version: int
    created_at: int
    updated_at: int
    updated_by: str


_QUERY = select(*(_C[name] for name in PolicyRow._fields))


def lock_policies(connection: Connection) -> None:
    """Let nobody else change policies until this transaction ends: two changes together could make a cycle."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def find_policy(connection: Connection, key: str) -> PolicyRow | None:
    """The policy of an id."""
    row = connection.execute(_QUERY.where(_C.id == key)).first()
    return None if row is None else PolicyRow._make(row)


def policies_by_id(connection: Connection, ids: Collection[str]) -> dict[str, PolicyRow]:
    """Those of the ids that there are."""
    rows = connection.execute(_QUERY.where(_C.id.in_(list(ids)))) if ids else ()
    return {row.id: PolicyRow._make(row) for row in rows}


def all_policies(connection: Connection) -> list[PolicyRow]:
    """Every policy, by id."""
    return [PolicyRow._make(row) for row in connection.execute(_QUERY.order_by(_C.id))]


def policy_page(connection: Connection, request: PageRequest) -> Page[PolicyRow]:
    """A page of policies, by id."""
    rows = connection.execute(keyset(_QUERY, (_C.id,), request, descending=False))
    return page_of([PolicyRow._make(row) for row in rows], request)


def count_policies(connection: Connection) -> int:
    """How many there are."""
    return connection.execute(select(func.count()).select_from(escalation_policy)).scalar_one()


def write_policy(connection: Connection, row: PolicyRow) -> None:
    """Write a new policy, or a changed one; version 1 is new."""
    if row.version == 1:
        connection.execute(insert(escalation_policy).values(row._asdict()))
    else:
        connection.execute(update(escalation_policy).where(_C.id == row.id).values(row._asdict()))


def delete_policy(connection: Connection, key: str) -> None:
    """Forget a policy; runs that go through it have their own copy."""
    connection.execute(delete(escalation_policy).where(_C.id == key))
