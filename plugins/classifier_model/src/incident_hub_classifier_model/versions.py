"""The versions, in the plugin's own table: kept, listed, promoted and rolled back."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from incident_hub_hookspecs import PluginError, Tables

from incident_hub_classifier_model.metrics import Metrics
from incident_hub_classifier_model.records import Provenance, Version, moment_text
from incident_hub_classifier_model.tables import promotion, version

__all__ = ["Versions"]

_ABOUT = [one for one in version.c if one.name != "blob"]
_HISTORY = sa.select(promotion).order_by(promotion.c.number)


class Versions:
    """Each call is a transaction of its own. What serves is what the history of promotions ends with."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def serving_id(self) -> str | None:
        """The id of the version that serves; None before the first."""
        return await self._tables.read(_serving_id)

    async def all(self) -> Sequence[Version]:
        """Every version, the newest first."""

        def work(connection: sa.Connection) -> list[Version]:
            history = connection.execute(_HISTORY).all()
            rows = connection.execute(sa.select(*_ABOUT).order_by(version.c.number.desc())).all()
            last = {row.version_id: row for row in history}
            stack = _stack(history)
            return [_version(row, last.get(row.id), stack[-1:] == [row.id]) for row in rows]

        return await self._tables.read(work)

    async def find(self, id: str) -> Version:  # noqa: A002 - the field's word
        """One version; `PluginError` when there is none of that id."""
        found = [one for one in await self.all() if one.id == id]
        if not found:
            raise _unknown(id)
        return found[0]

    async def blob(self, id: str) -> bytes:  # noqa: A002
        """The bytes of a version."""
        query = sa.select(version.c.blob).where(version.c.id == id)
        found = await self._tables.read(lambda connection: connection.execute(query).scalar())
        if found is None:
            raise _unknown(id)
        return bytes(found)

    async def add(self, one: Version, blob: bytes, kept: int) -> bool:
        """Keep a version, unless it is there already; forget the oldest beyond `kept` that do not serve."""
        row = {
            "id": one.id,
            "created_at": moment_text(one.created_at),
            "made_by": one.made_by,
            "trained_on": json.dumps(one.trained_on.as_json()),
            "metrics": json.dumps(one.metrics.as_json()),
            "blob": blob,
        }

        def work(connection: sa.Connection) -> bool:
            if _is_there(connection, one.id):
                return False
            connection.execute(sa.insert(version).values(row))
            _forget_oldest(connection, kept)
            return True

        return await self._tables.write(work)

    async def promote(self, id: str, actor: str, at: datetime, *, first: bool = False) -> bool:  # noqa: A002
        """Let a version serve; False when it does so already, or `first` and another one does."""

        def work(connection: sa.Connection) -> bool:
            serving = _serving_id(connection)
            if serving == id or (first and serving is not None):
                return False
            if not _is_there(connection, id):
                raise _unknown(id)
            _record(connection, id, actor, at, rollback=False)
            return True

        return await self._tables.write(work)

    async def roll_back(self, actor: str, at: datetime) -> str:
        """Let the version serve that served before; its id. `PluginError` when there is none."""

        def work(connection: sa.Connection) -> str:
            stack = _stack(connection.execute(_HISTORY).all())
            before = [id_ for id_ in stack[:-1] if _is_there(connection, id_)]
            if not before:
                raise PluginError("no version served before the one that serves now")
            _record(connection, before[-1], actor, at, rollback=True)
            return before[-1]

        return await self._tables.write(work)


def _stack(history: Sequence[Any]) -> list[str]:
    """Which versions serve or would serve after rollbacks; the last one serves."""
    stack: list[str] = []
    for row in history:
        if row.rollback:
            while stack and stack[-1] != row.version_id:
                stack.pop()
        if stack[-1:] != [row.version_id]:
            stack.append(row.version_id)
    return stack


def _serving_id(connection: sa.Connection) -> str | None:
    query = sa.select(promotion.c.version_id).order_by(promotion.c.number.desc()).limit(1)
    found: str | None = connection.execute(query).scalar()
    return found


def _is_there(connection: sa.Connection, id_: str) -> bool:
    return connection.execute(sa.select(version.c.id).where(version.c.id == id_)).scalar() is not None


def _record(connection: sa.Connection, id_: str, actor: str, at: datetime, *, rollback: bool) -> None:
    row = {"version_id": id_, "rollback": rollback, "at": moment_text(at), "actor": actor[:255]}
    connection.execute(sa.insert(promotion).values(row))


def _forget_oldest(connection: sa.Connection, kept: int) -> None:
    query = sa.select(version.c.number).order_by(version.c.number.desc()).offset(kept).limit(1)
    newest_gone = connection.execute(query).scalar()
    if newest_gone is not None:
        gone = (version.c.number <= newest_gone, version.c.id != (_serving_id(connection) or ""))
        connection.execute(sa.delete(version).where(*gone))


def _version(row: sa.Row[Any], promoted: sa.Row[Any] | None, serving: bool) -> Version:
    return Version(
        row.id,
        row.number,
        datetime.fromisoformat(row.created_at),
        row.made_by,
        Provenance(**json.loads(row.trained_on)),
        Metrics.from_json(json.loads(row.metrics)),
        promoted.actor if promoted else "",
        datetime.fromisoformat(promoted.at) if promoted else None,
        serving,
    )


def _unknown(id_: str) -> PluginError:
    return PluginError(f"there is no version {id_!r}; `incident-hub classifier_model versions` lists them")
