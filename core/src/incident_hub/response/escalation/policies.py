"""What callers do to policies: each command is one transaction, done once per idempotency key."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, TypeVar

from incident_hub_hookspecs import ConfigError, Severity
from sqlalchemy import Connection

from incident_hub.domain.escalation import EscalationPolicy
from incident_hub.domain.events import EventType, NewEvent
from incident_hub.events.append import append_events
from incident_hub.lifecycle.errors import InvalidInputError, RecordNotFoundError, VersionConflictError
from incident_hub.lifecycle.keyed import Keyed
from incident_hub.response.escalation.checking import check_together
from incident_hub.response.escalation.document import policy_json, policy_of
from incident_hub.response.escalation.reach import Reaching
from incident_hub.storage.escalation_policies import (
    PolicyRow,
    all_policies,
    delete_policy,
    find_policy,
    lock_policies,
    write_policy,
)
from incident_hub.storage.escalations import documents
from incident_hub.triage.services import Services

__all__ = ["EscalationPolicies", "PolicyChange", "put_policies", "remove_policy"]

T = TypeVar("T")


class PolicyChange(NamedTuple):
    """One policy after a change; `what` is created, updated or unchanged."""

    row: PolicyRow
    what: str


class EscalationPolicies:
    """`on_commit` is called after each commit. Every method raises `DatabaseUnavailableError` too."""

    def __init__(self, services: Services, on_commit: Callable[[], None]) -> None:
        self._services = services
        self._keyed = Keyed(services.database, services.clock, on_commit)

    async def save(
        self,
        policy: EscalationPolicy,
        actor: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> PolicyRow:
        """Write a policy whole, new or in the place of the old one of its id; version 0 expects none.

        Runs that are under way keep the policy as it was when they began. Raises `InvalidInputError` for one
        that goes on with nothing or round for ever, `VersionConflictError`, `IdempotencyConflictError`.
        """
        asked = {"policy": policy_json(policy), "version": expected_version}

        def work(connection: Connection, now: int) -> str:
            return put_policies(connection, [policy], actor, now, expected_version)[0].row.id

        return await self._keyed.once("escalation_policy.save", asked, actor, idempotency_key, work, _present)

    async def apply(self, policies: Sequence[EscalationPolicy], actor: str) -> list[PolicyChange]:
        """Write all of them, or none; they may name each other. Raises `InvalidInputError`."""
        return await self._keyed.run(actor, partial(put_policies, policies=policies, actor=actor))

    async def delete(
        self,
        key: str,
        actor: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> str:
        """Delete a policy; returns its id. Runs under way go on with their copy.

        Raises `InvalidInputError` while another policy goes on with it, `RecordNotFoundError`, and as `save`.
        """
        asked = {"id": key, "version": expected_version}
        work = partial(remove_policy, key=key, actor=actor, expected_version=expected_version)
        return await self._keyed.once(
            "escalation_policy.delete", asked, actor, idempotency_key, work, lambda _, answer: answer
        )

    async def problems(self, policy: EscalationPolicy) -> list[str]:
        """Who could not be told if it fired now, level by level; and where it cannot go on."""
        reaching = Reaching(self._services)
        found: list[str] = []
        for number, level in enumerate(policy.levels, start=1):
            reached = await reaching.level(level, Severity.P0.value)
            found += [f"level {number}: {why}" for why in reached.missing]
        wanted = {policy.next_policy} - {""}
        known = await self._services.database.read(partial(documents, ids=wanted))
        return [
            *found,
            *(f"the next policy {key} is not there, or not enabled" for key in wanted - known.keys()),
        ]


def put_policies(
    connection: Connection,
    policies: Sequence[EscalationPolicy],
    actor: str,
    now: int,
    expected_version: int | None = None,
) -> list[PolicyChange]:
    """Write the policies; what says the same as before changes nothing."""
    lock_policies(connection)
    known = {row.id: row for row in all_policies(connection)}
    nexts = {key: policy_of(row.document).next_policy for key, row in known.items()}
    nexts.update((one.id, one.next_policy) for one in policies)
    try:
        check_together(policies, nexts)
    except ConfigError as error:
        raise InvalidInputError(error.path, error.message) from error
    return [_put(connection, one, known.get(one.id), actor, now, expected_version) for one in policies]


def _put(
    connection: Connection,
    policy: EscalationPolicy,
    before: PolicyRow | None,
    actor: str,
    now: int,
    expected_version: int | None,
) -> PolicyChange:
    _check_version(policy.id, before, expected_version)
    document = policy_json(policy)
    if before is not None and before.document == document:
        return PolicyChange(before, "unchanged")
    version, made = (before.version + 1, before.created_at) if before else (1, now)
    row = PolicyRow(policy.id, document, int(policy.enabled), version, made, now, actor)
    write_policy(connection, row)
    what = "updated" if before else "created"
    _tell(connection, policy.id, what, actor, now, version=version)
    return PolicyChange(row, what)


def remove_policy(
    connection: Connection, now: int, *, key: str, actor: str, expected_version: int | None
) -> str:
    lock_policies(connection)
    before = find_policy(connection, key)
    if before is None:
        raise RecordNotFoundError(f"there is no escalation policy {key}")
    _check_version(key, before, expected_version)
    users = [row.id for row in all_policies(connection) if policy_of(row.document).next_policy == key]
    if users:
        raise InvalidInputError("id", f"{', '.join(users[:5])} goes on with it; change that first")
    delete_policy(connection, key)
    _tell(connection, key, "deleted", actor, now, version=before.version)
    return key


def _check_version(key: str, before: PolicyRow | None, expected: int | None) -> None:
    actual = before.version if before else 0
    if expected is not None and expected != actual:
        raise VersionConflictError(expected, actual, f"the escalation policy {key}")


def _tell(connection: Connection, key: str, what: str, actor: str, now: int, **more: object) -> None:
    data = {"kind": "escalation_policy", "id": key, "change": what, **more}
    append_events(connection, [NewEvent(None, EventType.DIRECTORY_CHANGED, now, actor, data)])


def _present(connection: Connection, key: str) -> PolicyRow:
    row = find_policy(connection, key)
    if row is None:
        raise RecordNotFoundError(f"there is no escalation policy {key}")
    return row
