"""Writes documents in one transaction, all or none, and says what differs."""

import difflib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from incident_hub.domain.rules import Route
from incident_hub.lifecycle.errors import LifecycleError
from incident_hub.response.apply.documents import Document, DocumentsError
from incident_hub.response.apply.kinds import KINDS
from incident_hub.storage.database import Database
from incident_hub.storage.escalation_policies import find_policy

__all__ = ["Applied", "apply_documents"]


class Applied(NamedTuple):
    """One document: `what` became of it is created, updated, unchanged or deleted; `diff` are its lines."""

    kind: str
    id: str
    what: str
    diff: tuple[str, ...] = ()


class _UndoneError(Exception):
    """Carries what would have been done out of a transaction that is taken back."""

    def __init__(self, found: list[Applied]) -> None:
        super().__init__()
        self.found = found


async def apply_documents(
    database: Database, documents: Sequence[Document], actor: str, now: int, *, dry_run: bool, prune: bool
) -> list[Applied]:
    """Write them; with `dry_run` nothing stays. With `prune` what the files of a kind do not name is deleted.

    Only kinds that the documents have are pruned. Raises `DocumentsError`; then nothing is written.
    """
    work = partial(_apply, documents=documents, actor=actor, now=now, dry_run=dry_run, prune=prune)
    try:
        return await database.write(work)
    except _UndoneError as undone:
        return undone.found


def _apply(
    connection: Connection, documents: Sequence[Document], actor: str, now: int, *, dry_run: bool, prune: bool
) -> list[Applied]:
    used = [name for name in KINDS if any(one.kind == name for one in documents)]
    before = {name: KINDS[name].known(connection) for name in used}
    problems: list[str] = []
    if prune:  # first, so that what goes does not stand in the way; policies that are still named are refused
        for name in reversed(used):
            wanted = {one.id for one in documents if one.kind == name}
            for key in sorted(before[name].keys() - wanted):
                _try(
                    problems,
                    f"{name} {key}",
                    lambda n=name, k=key: KINDS[n].remove(connection, k, actor, now),
                )
    for name in used:
        for place, what in _parts(name, documents):
            _try(problems, place, lambda n=name, w=what: KINDS[n].write(connection, w, actor, now))
    problems += _missing(connection, documents)
    if problems:
        raise DocumentsError(problems)
    found = [
        change for name in used for change in _changes(name, before[name], KINDS[name].known(connection))
    ]
    if dry_run:
        raise _UndoneError(found)
    return found


def _parts(kind: str, documents: Sequence[Document]) -> list[tuple[str, Any]]:
    """What is written at a time: policies together, for they may name each other."""
    mine = [one for one in documents if one.kind == kind]
    if kind == "EscalationPolicy":
        return [(mine[0].place, [one.what for one in mine])] if mine else []
    return [(one.place, one.what) for one in mine]


def _try(problems: list[str], place: str, work: Any) -> None:  # noqa: ANN401 - a call without arguments
    try:
        work()
    except LifecycleError as error:
        problems.append(f"{place}: {error.message}")


def _missing(connection: Connection, documents: Sequence[Document]) -> list[str]:
    """Routes that start a policy that is neither in the files nor in the hub."""
    return [
        f"{one.place}: escalation_policy: there is no escalation policy {one.what.escalation_policy}"
        for one in documents
        if isinstance(one.what, Route)
        and one.what.escalation_policy
        and find_policy(connection, one.what.escalation_policy) is None
    ]


def _changes(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Applied]:
    found = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        what = (
            "created"
            if old is None
            else "deleted"
            if new is None
            else "updated"
            if old != new
            else "unchanged"
        )
        found.append(Applied(kind, key, what, () if old == new else _diff(old, new)))
    return found


def _diff(old: object, new: object) -> tuple[str, ...]:
    lines = difflib.unified_diff(_lines(old), _lines(new), lineterm="", n=1)
    return tuple(line for line in lines if not line.startswith(("---", "+++", "@@")))


def _lines(value: object) -> list[str]:
    if value is None:
        return []
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode().splitlines()
