"""What people do to groups: take an incident out, for good, and fold two groups into one."""

from collections.abc import Callable
from typing import Unpack

from incident_hub_hookspecs import Clock
from sqlalchemy import Connection, RowMapping, select, update

from incident_hub.domain.events import EventType
from incident_hub.lifecycle.change import Change
from incident_hub.lifecycle.errors import InvalidInputError
from incident_hub.lifecycle.inputs import clean_text
from incident_hub.lifecycle.transaction import Terms, Transactions
from incident_hub.storage.database import Database
from incident_hub.storage.tables import incident, incident_group, link, separation
from incident_hub.triage.groups import lock_placing, write_figures
from incident_hub.triage.separations import move_separations

__all__ = ["Grouping"]


class Grouping:
    """Each method is one transaction, durable when it returns, and returns an incident's fresh row."""

    def __init__(self, database: Database, clock: Clock, on_commit: Callable[[], None]) -> None:
        self._do = Transactions(database, clock, on_commit)

    async def separate(
        self, incident_id: str, actor: str, *, reason: str = "", **terms: Unpack[Terms]
    ) -> RowMapping:
        """Take it out of its group; triage never puts it back there. A group of one is none."""

        def work(connection: Connection, now: int) -> RowMapping:
            lock_placing(connection)  # before the incident, as triage does
            change = Change.lock(connection, incident_id, actor, now, terms.get("expected_version"))
            _separate(change, clean_text("reason", reason))
            return change.save()

        request = {"id": incident_id, "terms": terms.get("expected_version"), "reason": reason}
        return await self._do.run("separate", request, actor, terms.get("idempotency_key"), work)

    async def merge(
        self, source_id: str, target_id: str, actor: str, *, reason: str = "", **terms: Unpack[Terms]
    ) -> RowMapping:
        """Move everybody of one group into the other; returns the target's primary incident."""

        def work(connection: Connection, now: int) -> RowMapping:
            lock_placing(connection)
            return _merge(connection, source_id, target_id, actor, clean_text("reason", reason), now)

        request = {"ids": [source_id, target_id], "reason": reason}
        return await self._do.run("merge_groups", request, actor, terms.get("idempotency_key"), work)


def _separate(change: Change, reason: str) -> None:
    group = change["group_id"]
    if group is None:
        raise InvalidInputError("id", "the incident is in no group")
    connection = change.connection
    change.set(group_id=None)
    change.record(EventType.UNGROUPED, before=group, after=None, reason=reason)
    values = {"incident_id": change.id, "group_id": group, "actor": change.actor, "reason": reason}
    connection.execute(separation.insert().values({**values, "at": change.at}))
    mine = (link.c.incident_id == change.id) | (link.c.other_id == change.id)
    connection.execute(link.delete().where(link.c.group_id == group, mine))
    others = select(incident.c.id).where(incident.c.group_id == group, incident.c.id != change.id)
    left = list(connection.execute(others).scalars())
    if len(left) > 1:
        # the row of the incident itself is written later, with its events
        connection.execute(update(incident).where(incident.c.id == change.id).values(group_id=None))
        write_figures(connection, [group], (), change.at)
    else:
        _dissolve(connection, group, left, change.actor, change.at)


def _dissolve(connection: Connection, group: str, left: list[str], actor: str, now: int) -> None:
    for key in left:
        last = Change.lock(connection, key, actor, now)
        last.set(group_id=None)
        last.record(EventType.UNGROUPED, before=group, after=None, reason="nobody else is left in the group")
        last.save()
    gone = update(incident_group).where(incident_group.c.id == group)
    connection.execute(gone.values(size=0, state="closed", ended_at=now, updated_at=now))


def _merge(connection: Connection, source: str, target: str, actor: str, reason: str, now: int) -> RowMapping:
    for field, key in (("source_id", source), ("target_id", target)):
        query = select(incident_group.c.size).where(incident_group.c.id == key).with_for_update()
        if not connection.execute(query).scalar():
            raise InvalidInputError(field, f"there is no group {key} with incidents in it")
    if source == target:
        raise InvalidInputError("target_id", "a group cannot be merged into itself")
    members = select(incident.c.id).where(incident.c.group_id == source).order_by(incident.c.id)
    for key in list(connection.execute(members).scalars()):
        one = Change.lock(connection, key, actor, now)
        one.set(group_id=target)
        one.record(EventType.GROUPED, before=source, after=target, reason=reason)
        one.save()
    connection.execute(update(link).where(link.c.group_id == source).values(group_id=target))
    gone = update(incident_group).where(incident_group.c.id == source)
    connection.execute(gone.values(merged_into=target, size=0, state="closed", updated_at=now))
    _reunite(connection, source, target)
    write_figures(connection, [target], (), now)
    primary = select(incident).join(incident_group, incident_group.c.primary_incident_id == incident.c.id)
    return connection.execute(primary.where(incident_group.c.id == target)).mappings().one()


def _reunite(connection: Connection, source: str, target: str) -> None:
    """A person's newer word counts: whoever is in the merged group now is not kept out of it."""
    move_separations(connection, source, target)
    members = select(incident.c.id).where(incident.c.group_id == target)
    mine = separation.c.group_id == target
    connection.execute(separation.delete().where(mine, separation.c.incident_id.in_(members)))
