"""Writing intents, in the transaction that causes them; and looking at those that gave up."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, func, select, update

from incident_hub.domain.ids import new_id
from incident_hub.domain.jobs import NewJob
from incident_hub.storage.bulk import execute_many
from incident_hub.storage.tables import job

__all__ = ["backlog", "cancel", "dead_letters", "enqueue", "prune", "replay"]

_INSERT = (
    "INSERT INTO job (id, kind, key, incident_id, payload, state, priority, run_at, created_at) "
    "VALUES (?, ?, ?, ?, ?, 'ready', ?, ?, ?) ON CONFLICT (key) DO NOTHING"
)


def enqueue(connection: Connection, jobs: Sequence[NewJob], now: int) -> None:
    """Write the intents; one whose key is there already is not written again."""
    execute_many(connection, _INSERT, [_row(new, now) for new in jobs])


def cancel(connection: Connection, key_prefix: str, now: int) -> int:
    """Take back the waiting intents whose key begins so, in one statement; return how many."""
    waiting = job.c.state == "ready"
    named = (job.c.key >= key_prefix) & (job.c.key < key_prefix + "\uffff")
    done = update(job).where(waiting, named).values(state="done", result="cancelled", finished_at=now)
    return connection.execute(done).rowcount


def dead_letters(connection: Connection, limit: int = 100) -> Sequence[RowMapping]:
    """The intents that gave up, the latest first."""
    query = select(job).where(job.c.state == "dead").order_by(job.c.finished_at.desc()).limit(limit)
    return connection.execute(query).mappings().all()


def replay(connection: Connection, ids: Sequence[str], now: int) -> int:
    """Give dead intents all their attempts again; return how many there were."""
    again = {"state": "ready", "attempts": 0, "run_at": now, "error": None, "finished_at": None}
    done = update(job).where(job.c.id.in_(ids), job.c.state == "dead").values(again)
    return connection.execute(done).rowcount


def backlog(connection: Connection) -> Sequence[RowMapping]:
    """How many intents wait, and since when, by kind and state; those done do not count."""
    query = select(
        job.c.kind, job.c.state, func.count().label("count"), func.min(job.c.run_at).label("oldest")
    )
    query = query.where(job.c.state.in_(("ready", "leased", "dead"))).group_by(job.c.kind, job.c.state)
    return connection.execute(query).mappings().all()


def prune(connection: Connection, older_than: int) -> int:
    """Forget the intents that were done before `older_than`."""
    return connection.execute(
        job.delete().where(job.c.state == "done", job.c.finished_at < older_than)
    ).rowcount


def _row(new: NewJob, now: int) -> tuple[Any, ...]:
    payload = orjson.dumps(new.payload).decode()
    return (new_id(now), new.kind, new.key, new.incident_id, payload, new.priority, new.run_at or now, now)
