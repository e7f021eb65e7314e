"""What people do about deliveries: give dead ones another try, and allow a place that was given up."""

from collections.abc import Callable, Sequence
from functools import partial

from incident_hub_hookspecs import Clock
from sqlalchemy import Connection, select

from incident_hub.domain.times import to_micros
from incident_hub.response.notify.pace import allow_again, refused_places
from incident_hub.storage.database import Database
from incident_hub.storage.notifications import DeliveryState, note_notifications, notifications_by_id
from incident_hub.storage.reading.rows import DeliveryRow
from incident_hub.storage.tables import job
from incident_hub.storage.tables_notify import notification
from incident_hub.work.queue import replay

__all__ = ["Deliveries", "reconcile", "replay_deliveries"]


class Deliveries:
    """`on_commit` is called after what was asked for is durable."""

    def __init__(self, database: Database, clock: Clock, on_commit: Callable[[], None]) -> None:
        self._database, self._clock, self._on_commit = database, clock, on_commit

    async def replay(self, ids: Sequence[str]) -> list[DeliveryRow]:
        """Give dead deliveries all their tries again, under their old keys; the others stay as they are.

        Returns those that are tried again.
        """
        found = await self._database.write(partial(replay_deliveries, ids=ids, now=self._now()))
        self._on_commit()
        return found

    async def allow(self, place: str) -> bool:
        """Send to a place again that was given up; False when it was not."""
        return await self._database.write(partial(allow_again, place=place, now=self._now())) > 0

    async def refused(self) -> list[tuple[str, str, int]]:
        """The places that were given up, each with the reason and since when."""
        return await self._database.read(refused_places)

    def _now(self) -> int:
        return to_micros(self._clock.now())


def replay_deliveries(connection: Connection, ids: Sequence[str], now: int) -> list[DeliveryRow]:
    """Put the dead ones of the ids back, with their intents."""
    dead = [one for one in notifications_by_id(connection, ids) if one.state == DeliveryState.DEAD]
    if not dead:
        return []
    keys = sorted({one.digest or one.key for one in dead})
    replay(connection, list(connection.execute(select(job.c.id).where(job.c.key.in_(keys))).scalars()), now)
    values = {"failures": 0, "error": "", "slot_at": None, "next_at": now, "updated_at": now}
    note_notifications(connection, [one.key for one in dead], {**values, "state": DeliveryState.QUEUED})
    return notifications_by_id(connection, [one.id for one in dead])


def reconcile(connection: Connection, now: int) -> int:
    """Say of a delivery that its intent gave up, where the worker died before it could; how many there were."""
    gone = select(job.c.key).where(job.c.kind == "notify", job.c.state == "dead")
    waiting = notification.c.state.in_((DeliveryState.QUEUED, DeliveryState.FAILED))
    left = notification.update().where(waiting, notification.c.key.in_(gone))
    values = {
        "state": DeliveryState.DEAD,
        "error": "its worker died with it, again and again",
        "updated_at": now,
    }
    return connection.execute(left.values(values)).rowcount
