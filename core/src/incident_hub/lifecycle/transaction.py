"""How a command becomes one transaction: once per idempotency key, woken after its commit."""

from collections.abc import Callable, Mapping
from typing import Concatenate, ParamSpec, TypedDict

from incident_hub_hookspecs import Clock
from sqlalchemy import Connection, RowMapping

from incident_hub.lifecycle.change import Change
from incident_hub.lifecycle.errors import IncidentNotFoundError
from incident_hub.lifecycle.idempotency import once, request_hash, scoped_key
from incident_hub.lifecycle.keyed import Keyed
from incident_hub.storage.database import Database
from incident_hub.storage.incidents import find_incident

__all__ = ["Terms", "Transactions", "Work"]

P = ParamSpec("P")
Work = Callable[[Connection, int], RowMapping]


class Terms(TypedDict, total=False):
    """On what terms a change is made; both may be left out."""

    expected_version: int | None
    idempotency_key: str | None


class Transactions:
    """Runs the rules of this room over the database."""

    def __init__(self, database: Database, clock: Clock, on_commit: Callable[[], None]) -> None:
        self._keyed = Keyed(database, clock, on_commit)

    async def change(
        self,
        rule: Callable[Concatenate[Change, P], None],
        incident_id: str,
        actor: str,
        terms: Terms,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> RowMapping:
        """Lock one incident, apply the rule, write."""

        def work(connection: Connection, now: int) -> RowMapping:
            change = Change.lock(connection, incident_id, actor, now, terms.get("expected_version"))
            rule(change, *args, **kwargs)
            return change.save()

        request = {"id": incident_id, "terms": terms.get("expected_version"), "args": [args, kwargs]}
        return await self.run(rule.__name__, request, actor, terms.get("idempotency_key"), work)

    async def run(
        self, operation: str, request: Mapping[str, object], actor: str, key: str | None, work: Work
    ) -> RowMapping:
        """Do the work in one transaction; with a key, once only."""

        def transaction(connection: Connection, now: int) -> RowMapping:
            if key is None:
                return work(connection, now)
            name, digest = scoped_key(actor, key), request_hash(operation, request)
            answer = once(connection, name, digest, now, lambda: str(work(connection, now)["id"]))
            return _present(connection, answer)

        return await self._keyed.run(actor, transaction)


def _present(connection: Connection, incident_id: str) -> RowMapping:
    row = find_incident(connection, incident_id)
    if row is None:
        raise IncidentNotFoundError(incident_id)
    return row
