"""What callers do to rules: each command is one transaction, done once per idempotency key."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple, TypeVar

from incident_hub_hookspecs import ConfigError
from sqlalchemy import Connection

from incident_hub.domain.events import EventType, NewEvent
from incident_hub.domain.rules import Rule, RuleKind
from incident_hub.events.append import append_events
from incident_hub.intake.rulebook import rule_from, rule_json
from incident_hub.lifecycle.errors import InvalidInputError, RecordNotFoundError, VersionConflictError
from incident_hub.lifecycle.keyed import Keyed
from incident_hub.storage.rules import RuleRow, delete_rule, find_rule, write_rule
from incident_hub.triage.services import Services

__all__ = ["RuleChange", "Rules", "put_rule", "remove_rule"]

T = TypeVar("T")


class RuleChange(NamedTuple):
    """One rule after a change; `what` is created, updated or unchanged."""

    row: RuleRow
    what: str


class Rules:
    """`on_commit` is called after each commit. Every method raises `DatabaseUnavailableError` too."""

    def __init__(self, services: Services, on_commit: Callable[[], None]) -> None:
        self._keyed = Keyed(services.database, services.clock, on_commit)

    async def save(
        self,
        kind: RuleKind,
        data: Mapping[str, object],
        actor: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> RuleRow:
        """Write a rule whole, new or in the place of the old one of its id; version 0 expects none.

        Raises `InvalidInputError` with the path of what is wrong, `VersionConflictError`,
        `IdempotencyConflictError`.
        """
        try:
            rule = rule_from(kind, data)
        except ConfigError as error:
            raise InvalidInputError(error.path, error.message) from error

        def work(connection: Connection, now: int) -> str:
            return put_rule(connection, kind, rule, actor, now, expected_version).row.id

        asked = {"rule": rule_json(rule), "version": expected_version}
        return await self._keyed.once(
            f"{kind.value}.save", asked, actor, idempotency_key, work, partial(_found, kind)
        )

    async def delete(
        self,
        kind: RuleKind,
        key: str,
        actor: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> str:
        """Delete a rule; returns its id. Raises `RecordNotFoundError`, and as `save`."""

        def work(connection: Connection, now: int) -> str:
            return remove_rule(connection, kind, key, actor, now, expected_version)

        asked = {"id": key, "version": expected_version}
        return await self._keyed.once(
            f"{kind.value}.delete", asked, actor, idempotency_key, work, lambda _, answer: answer
        )


def put_rule(
    connection: Connection,
    kind: RuleKind,
    rule: Rule,
    actor: str,
    now: int,
    expected_version: int | None = None,
) -> RuleChange:
    """Write the rule; what says the same as before changes nothing. Raises `VersionConflictError`."""
    before = find_rule(connection, kind.value, rule.id, lock=True)
    _check_version(kind, rule.id, before, expected_version)
    document = rule_json(rule)
    if before is not None and before.document == document:
        return RuleChange(before, "unchanged")
    version, made = (before.version + 1, before.created_at) if before else (1, now)
    row = RuleRow(kind.value, rule.id, document, int(rule.enabled), version, made, now, actor)
    write_rule(connection, row)
    what = "updated" if before else "created"
    _say(connection, kind, rule.id, what, actor, now, version=version)
    return RuleChange(row, what)


def remove_rule(
    connection: Connection,
    kind: RuleKind,
    key: str,
    actor: str,
    now: int,
    expected_version: int | None = None,
) -> str:
    """Delete the rule; raises `RecordNotFoundError`, `VersionConflictError`."""
    before = find_rule(connection, kind.value, key, lock=True)
    if before is None:
        raise RecordNotFoundError(f"there is no {_word(kind)} {key}")
    _check_version(kind, key, before, expected_version)
    delete_rule(connection, kind.value, key)
    _say(connection, kind, key, "deleted", actor, now, version=before.version)
    return key


def _check_version(kind: RuleKind, key: str, before: RuleRow | None, expected: int | None) -> None:
    actual = before.version if before else 0
    if expected is not None and expected != actual:
        raise VersionConflictError(expected, actual, f"the {_word(kind)} {key}")


def _say(
    connection: Connection, kind: RuleKind, key: str, what: str, actor: str, now: int, **more: object
) -> None:
    data = {"kind": kind.value, "id": key, "change": what, **more}
    append_events(connection, [NewEvent(None, EventType.RULE_CHANGED, now, actor, data)])


def _found(kind: RuleKind, connection: Connection, key: str) -> RuleRow:
    row = find_rule(connection, kind.value, key)
    if row is None:
        raise RecordNotFoundError(f"there is no {_word(kind)} {key}")
    return row


def _word(kind: RuleKind) -> str:
    return kind.value.replace("_", " ")
