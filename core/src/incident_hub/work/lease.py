"""Leases: who works on an intent, until when, and the token without which nobody may end it.

Times are the database's on PostgreSQL and the hub's own clock on SQLite, whose processes share one
machine. A token is random, so a worker that slept through its lease cannot end what another took.
"""

import random
from collections.abc import Sequence
from functools import partial
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, text

from incident_hub.domain.jobs import Job
from incident_hub.storage.bulk import execute_many

__all__ = [
    "Wanted", "claim", "claim_wanted", "complete", "database_now", "defer", "held", "postpone", "release", "renew",
    "renew_until",
]  # fmt: skip

Wanted = tuple[Sequence[str], int]  # some kinds of job, and how many of them there is room for

_PG_NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_PICK = """
    SELECT id FROM job WHERE state = 'ready' AND run_at <= :now AND {kinds}
    ORDER BY priority, run_at LIMIT :limit {lock}
"""
_STALE = """
    SELECT id FROM job WHERE state = 'leased' AND lease_until < :now AND {kinds}
    ORDER BY lease_until LIMIT :limit {lock}
"""
_TAKE = """
    UPDATE job SET state = 'leased', owner = :owner, token = :token, lease_until = :until,
        attempts = attempts + 1
    WHERE id IN ({pick}) RETURNING id, kind, key, incident_id, payload, attempts
"""
_HELD = "id = ? AND token = ? AND state = 'leased'"


def database_now(connection: Connection, hub_now: int) -> int:
    """The time that leases count in."""
    if connection.dialect.name != "postgresql":
        return hub_now
    return int(connection.exec_driver_sql(f"SELECT {_PG_NOW}").scalar_one())


def claim(
    connection: Connection, *, owner: str, limit: int, lease_micros: int, kinds: Sequence[str], now: int
) -> list[Job]:
    """Take up to `limit` due intents, the urgent and old ones first; expired leases are taken over."""
    jobs = _take(connection, _STALE, owner, limit, lease_micros, kinds, now)
    if len(jobs) < limit:
        jobs += _take(connection, _PICK, owner, limit - len(jobs), lease_micros, kinds, now)
    return jobs


def claim_wanted(
    connection: Connection, *, owner: str, wanted: Sequence[Wanted], lease_micros: int, hub_now: int
) -> list[list[Job]]:
    """Claim for each of the wanted kinds up to its number of jobs."""
    now = database_now(connection, hub_now)
    take = partial(claim, connection, owner=owner, lease_micros=lease_micros, now=now)
    return [take(limit=limit, kinds=kinds) for kinds, limit in wanted]


def complete(
    connection: Connection, ended: Sequence[tuple[Job, str, str | None, str | None]], now: int
) -> None:
    """End jobs: each with its state (`done` or `dead`), result and error. A lost lease ends nothing."""
    sql = (
        f"UPDATE job SET state = ?, result = ?, error = ?, finished_at = ?, lease_until = NULL WHERE {_HELD}"  # noqa: S608
    )
    rows = [(state, result, error, now, job.id, job.token) for job, state, result, error in ended]
    execute_many(connection, sql, rows)


def postpone(connection: Connection, later: Sequence[tuple[Job, int, str]]) -> None:
    """Put jobs back, to run at the given time, with the error that made it so."""
    sql = f"UPDATE job SET state = 'ready', run_at = ?, error = ?, lease_until = NULL WHERE {_HELD}"  # noqa: S608
    execute_many(connection, sql, [(run_at, error, job.id, job.token) for job, run_at, error in later])


def defer(connection: Connection, later: Sequence[tuple[Job, int, str | None]]) -> None:
    """Put jobs back, to run at the given time, as if they had not been claimed."""
    back = "state = 'ready', run_at = ?, error = ?, attempts = attempts - 1, lease_until = NULL"
    rows = [(run_at, error, job.id, job.token) for job, run_at, error in later]
    execute_many(connection, f"UPDATE job SET {back} WHERE {_HELD}", rows)  # noqa: S608


def release(connection: Connection, jobs: Sequence[Job], now: int) -> None:
    """Put jobs back as if they had not been claimed, to run again at once."""
    sql = f"UPDATE job SET state = 'ready', run_at = ?, attempts = attempts - 1, lease_until = NULL WHERE {_HELD}"  # noqa: S608
    execute_many(connection, sql, [(now, job.id, job.token) for job in jobs])


def renew(connection: Connection, jobs: Sequence[Job], until: int) -> None:
    """Hold on to jobs that take longer than a lease."""
    sql = f"UPDATE job SET lease_until = ? WHERE {_HELD}"  # noqa: S608
    execute_many(connection, sql, [(until, job.id, job.token) for job in jobs])


def renew_until(connection: Connection, *, jobs: Sequence[Job], hub_now: int, lease_micros: int) -> None:
    """Hold on to jobs for another lease from now on."""
    renew(connection, jobs, database_now(connection, hub_now) + lease_micros)


def held(connection: Connection, jobs: Sequence[Job]) -> set[str]:
    """The ids of those jobs whose lease is still ours, locked until the transaction ends."""
    lock = "FOR UPDATE" if connection.dialect.name == "postgresql" else ""
    query = text(f"SELECT id, token FROM job WHERE id IN :ids AND state = 'leased' ORDER BY id {lock}")  # noqa: S608
    query = query.bindparams(bindparam("ids", expanding=True))
    found = connection.execute(query, {"ids": [job.id for job in jobs]})
    tokens: dict[str, int] = {row.id: row.token for row in found}
    return {job.id for job in jobs if tokens.get(job.id) == job.token}


def _take(
    connection: Connection, pick: str, owner: str, limit: int, lease: int, kinds: Sequence[str], now: int
) -> list[Job]:
    postgres = connection.dialect.name == "postgresql"
    lock = "FOR UPDATE SKIP LOCKED" if postgres else ""
    chosen = pick.format(kinds="kind IN :kinds", lock=lock)
    query = text(_TAKE.format(pick=chosen)).bindparams(bindparam("kinds", expanding=True))
    token = random.getrandbits(62)
    values = {"now": now, "limit": limit, "owner": owner, "token": token, "until": now + lease}
    rows = connection.execute(query, {**values, "kinds": list(kinds)}).all()
    return [_job(row, token) for row in rows]


def _job(row: Any, token: int) -> Job:  # noqa: ANN401 - a row
    return Job(row.id, row.kind, row.key, row.incident_id, orjson.loads(row.payload), row.attempts, token)
