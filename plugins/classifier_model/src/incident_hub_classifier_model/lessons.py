"""The lessons that people gave, in the plugin's own table."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from incident_hub_hookspecs import Feedback, Tables

from incident_hub_classifier_model.example import Example
from incident_hub_classifier_model.records import moment_text
from incident_hub_classifier_model.sample import Sample, severity_of
from incident_hub_classifier_model.settings import Settings
from incident_hub_classifier_model.tables import lesson

__all__ = ["Lessons"]

NAME_LIMIT = 255


class Lessons:
    """One row for each incident, actor and kind: the last word. Bounded in all, and for each person."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def add(self, feedback: Sequence[Feedback], settings: Settings) -> int:
        """Keep what is new; how many that was."""
        rows = [row for one in feedback if (row := _row(one)) is not None]
        if not rows:
            return 0

        def work(connection: sa.Connection) -> int:
            new = sum(_keep(connection, row) for row in rows)
            for actor in sorted({row["actor"] for row in rows}):
                _forget_oldest(connection, settings.lessons_per_person, actor)
            _forget_oldest(connection, settings.lessons_kept)
            return new

        return await self._tables.write(work)

    async def newest(self, count: int) -> list[Sample]:
        """The last lessons, the oldest first."""
        query = sa.select(lesson).order_by(lesson.c.number.desc()).limit(count)
        rows = await self._tables.read(lambda connection: connection.execute(query).all())
        return [_sample(row) for row in reversed(rows)]

    async def count_after(self, number: int) -> int:
        """How many came after a lesson."""
        query = sa.select(sa.func.count()).select_from(lesson).where(lesson.c.number > number)
        return int(await self._tables.read(lambda connection: connection.execute(query).scalar_one()))


def _row(feedback: Feedback) -> dict[str, Any] | None:
    severity = severity_of(feedback)
    if severity is None:
        return None
    example = asdict(Example.of(feedback.incident))
    example["at"] = moment_text(feedback.incident.first_seen.astimezone(UTC))
    return {
        "incident_id": feedback.incident.id[:64],
        "actor": feedback.actor[:NAME_LIMIT] or "nobody",
        "kind": feedback.kind.value,
        "at": moment_text(feedback.at.astimezone(UTC)),
        "severity": severity,
        "example": json.dumps(example),
    }


def _keep(connection: sa.Connection, row: dict[str, Any]) -> int:
    """Write the row unless a word as new is there; it takes the place of an older one, under a new number."""
    mine = sa.and_(*(lesson.c[key] == row[key] for key in ("incident_id", "actor", "kind")))
    known = connection.execute(sa.select(lesson.c.at).where(mine)).scalar()
    if known is not None and known >= row["at"]:
        return 0
    connection.execute(sa.delete(lesson).where(mine))
    connection.execute(sa.insert(lesson).values(row))
    return 1


def _forget_oldest(connection: sa.Connection, kept: int, actor: str | None = None) -> None:
    whose = sa.true() if actor is None else lesson.c.actor == actor
    query = sa.select(lesson.c.number).where(whose).order_by(lesson.c.number.desc()).offset(kept).limit(1)
    newest_gone = connection.execute(query).scalar()
    if newest_gone is not None:
        connection.execute(sa.delete(lesson).where(whose, lesson.c.number <= newest_gone))


def _sample(row: sa.Row[Any]) -> Sample:
    told = json.loads(row.example)
    at = datetime.fromisoformat(told.pop("at"))
    resources = tuple(told.pop("resources"))
    example = Example(**told, resources=resources, at=at)
    return Sample(example, row.severity, row.actor, row.incident_id, row.number)
