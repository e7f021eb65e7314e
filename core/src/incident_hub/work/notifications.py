"""Intents to notify, each with the record that people see of it, written in one transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from incident_hub.domain.ids import new_id
from incident_hub.domain.jobs import NewJob, Priority
from incident_hub.storage.notifications import DeliveryState, queue_notifications
from incident_hub.work.queue import enqueue

__all__ = ["enqueue_notifications", "hinted", "record_of"]

_SHOWN = 4


def enqueue_notifications(connection: Connection, jobs: Sequence[NewJob], now: int) -> None:
    """Write intents, and a record of each that is to notify."""
    enqueue(connection, jobs, now)
    wanted = [one for one in jobs if one.kind == "notify"]
    rows = [record_of(one.key or "", one.incident_id or "", one.payload, now) for one in wanted]
    for row, one in zip(rows, wanted, strict=True):
        row |= {"urgent": int(one.priority == Priority.PAGE), "next_at": one.run_at or now}
    queue_notifications(connection, rows)


def record_of(key: str, incident_id: str, payload: Mapping[str, object], now: int) -> dict[str, Any]:
    """A new record of what a `notify` job says."""
    given = {name: str(value) for name, value in payload.items()}
    place = given.get("target") or given.get("place", "")
    channel = given.get("channel") or place.rpartition(".")[0]
    return {
        "id": new_id(now),
        "key": key[:200],
        "incident_id": incident_id,
        "event": given.get("event", "")[:64],
        "number": given.get("number", "")[:64],
        "receiver": (given.get("receiver") or f"target:{place}")[:160],
        "person": given.get("person", "")[:128],
        "channel": channel[:64],
        "place": place[:160],
        "address": hinted(given.get("address", "")),
        "state": DeliveryState.QUEUED,
        "urgent": 0,
        "created_at": now,
        "updated_at": now,
        "next_at": now,
    }


def hinted(address: str) -> str:
    """So much of an address as tells it apart for who knows it: `a...@x.example`, `...4711`."""
    name, at, domain = address.rpartition("@")
    if at and name and "/" not in address:
        return f"{name[0]}...@{domain}"[:160]
    return f"...{address[-_SHOWN:]}" if len(address) > 2 * _SHOWN else "..." if address else ""
