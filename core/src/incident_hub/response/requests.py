"""People and programs ask for a playbook action; a worker runs it."""

from collections.abc import Callable, Mapping
from functools import partial

from incident_hub_hookspecs import Clock
from sqlalchemy import Connection, RowMapping

from incident_hub.domain.ids import new_id
from incident_hub.domain.times import to_micros
from incident_hub.host.config_values import did_you_mean
from incident_hub.host.registry import Registry
from incident_hub.lifecycle.errors import IncidentNotFoundError, InvalidInputError
from incident_hub.lifecycle.idempotency import once, request_hash, scoped_key
from incident_hub.response.actions import request_action
from incident_hub.storage.database import Database
from incident_hub.storage.incidents import find_incident

__all__ = ["ActionRequests"]


class ActionRequests:
    """`on_commit` is called after the intent is durable."""

    def __init__(
        self, database: Database, clock: Clock, registry: Registry, on_commit: Callable[[], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._registry = registry
        self._on_commit = on_commit

    async def run(
        self,
        incident_id: str,
        action: str,
        params: Mapping[str, object],
        actor: str,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> RowMapping:
        """Ask for the action; its outcome comes on the incident's timeline. Returns the incident.

        Raises `InvalidInputError` for an action that no plugin brings, `IncidentNotFoundError`, and
        `IdempotencyConflictError` for a key that asked for something else before.
        """
        if action not in self._registry.actions:
            hint = did_you_mean(action, self._registry.actions)
            raise InvalidInputError("action", f"no plugin brings the action {action!r}{hint}")
        asked = {"id": incident_id, "action": action, "params": dict(params), "dry_run": dry_run}
        row = await self._database.write(
            partial(self._ask, asked=asked, actor=actor, idempotency_key=idempotency_key)
        )
        self._on_commit()
        return row

    def _ask(
        self, connection: Connection, asked: Mapping[str, object], actor: str, idempotency_key: str | None
    ) -> RowMapping:
        now = to_micros(self._clock.now())
        row = find_incident(connection, str(asked["id"]))
        if row is None:
            raise IncidentNotFoundError(str(asked["id"]))
        intent = partial(_write, connection, asked, actor, now)
        if idempotency_key is None:
            intent()
        else:
            key = scoped_key(actor, idempotency_key)
            once(connection, key, request_hash("runAction", asked), now, intent)
        return row


def _write(connection: Connection, asked: Mapping[str, object], actor: str, now: int) -> str:
    key = new_id(now)
    params = asked["params"]
    request_action(
        connection,
        str(asked["id"]),
        str(asked["action"]),
        params if isinstance(params, dict) else {},
        dry_run=bool(asked["dry_run"]),
        actor=actor,
        key=key,
        now=now,
    )
    return key
