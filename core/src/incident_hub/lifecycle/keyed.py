"""Work in one transaction each: by whom, at what time, once per idempotency key, woken after its commit."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from incident_hub_hookspecs import Clock
from sqlalchemy import Connection

from incident_hub.domain.times import to_micros
from incident_hub.lifecycle.idempotency import once, request_hash, scoped_key
from incident_hub.lifecycle.inputs import plain_text
from incident_hub.storage.database import Database

__all__ = ["Keyed"]

T = TypeVar("T")


class Keyed:
    """`on_commit` is called after each commit. Every method raises `DatabaseUnavailableError` too."""

    def __init__(self, database: Database, clock: Clock, on_commit: Callable[[], None]) -> None:
        self._database, self._clock, self._on_commit = database, clock, on_commit

    async def run(self, actor: str, work: Callable[..., T]) -> T:
        """Do the work, which takes `connection` and `now`, in one transaction."""
        plain_text("actor", actor, 255, required=True)
        found = await self._database.write(lambda c: work(c, now=to_micros(self._clock.now())))
        self._on_commit()
        return found

    async def once(
        self,
        operation: str,
        asked: Mapping[str, object],
        actor: str,
        key: str | None,
        work: Callable[..., str],
        shown: Callable[[Connection, str], T],
    ) -> T:
        """Do the work once per key; `shown` makes the answer of what the work returned, then or now."""

        def transaction(connection: Connection, now: int) -> T:
            if key is None:
                return shown(connection, work(connection, now=now))
            name, digest = scoped_key(actor, key), request_hash(operation, asked)
            return shown(connection, once(connection, name, digest, now, lambda: work(connection, now=now)))

        return await self.run(actor, transaction)
